/// <reference types="node" />
import { createHash } from 'node:crypto';
import { parseSelector, printSelector } from '../calico-selector.js';
import { labelRestrictions } from '../label-restrictions.js';
import { mapSelector, matchesSelector, type Selector } from '../selector.js';
import { selectorTokens } from '../selector-tokens.js';
import { failed, PASSED, type RowResult, same } from './tally.js';

/** A row about selector expressions; which of the optional fields it has says what it is about. */
export interface SelectorRow {
  readonly selector: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly match?: boolean;
  readonly error?: boolean;
  readonly canonical?: string;
  readonly uid?: string;
  readonly prefix?: string;
  readonly prefixed?: string;
  readonly restrictions?: Readonly<Record<string, RestrictionRow>> | null;
  readonly tokens?: readonly { readonly kind: string; readonly value?: string }[];
  readonly parses?: boolean;
}

interface RestrictionRow {
  readonly mustBePresent: boolean;
  readonly mustBeAbsent: boolean;
  readonly mustHaveOneOfValues: readonly string[] | null;
}

export function checkSelectorRow(row: SelectorRow): RowResult {
  if (row.tokens !== undefined) {
    const tokens = checkTokens(row.selector, row.tokens);
    if (tokens.kind !== 'passed') return tokens;
  }
  let selector: Selector;
  try {
    selector = parseSelector(row.selector);
  } catch (error) {
    return row.error === true || row.parses === false ? PASSED : failed(`does not parse: ${String(error)}`);
  }
  if (row.error === true || row.parses === false) return failed('parses, and should not');
  return checkParsed(row, selector);
}

function checkParsed(row: SelectorRow, selector: Selector): RowResult {
  const canonical = printSelector(selector);
  if (row.canonical !== undefined && row.canonical !== canonical)
    return same('canonical', canonical, row.canonical);
  if (row.uid !== undefined) {
    const uid = `s:${createHash('sha224').update(`s:${canonical}`).digest('base64url')}`;
    if (uid !== row.uid) return same('uid', uid, row.uid);
  }
  const { prefix, prefixed } = row;
  if (prefix !== undefined) {
    return same('prefixed', printSelector(mapSelector(selector, (key) => prefix + key)), prefixed);
  }
  if (row.restrictions !== undefined) return checkRestrictions(selector, row.restrictions ?? {});
  if (row.match === undefined) return PASSED;
  return same('match', matchesSelector(selector, new Map(Object.entries(row.labels ?? {}))), row.match);
}

function checkRestrictions(
  selector: Selector,
  expected: Readonly<Record<string, RestrictionRow>>,
): RowResult {
  const spelled = [...labelRestrictions(selector)].map(([key, { present, absent, values }]) => [
    key,
    present,
    absent,
    values === null ? null : [...values].sort(),
  ]);
  const wanted = Object.entries(expected).map(([key, row]) => [
    key,
    row.mustBePresent,
    row.mustBeAbsent,
    // Their order says nothing.
    row.mustHaveOneOfValues === null ? null : [...row.mustHaveOneOfValues].sort(),
  ]);
  return same('restrictions', spelled.sort(), wanted.sort());
}

/** The vectors' names for our tokens. */
const TOKEN_NAMES: Readonly<Record<string, string>> = {
  eq: 'Eq',
  ne: 'Ne',
  contains: 'Contains',
  'starts-with': 'StartsWith',
  'ends-with': 'EndsWith',
  in: 'In',
  'not-in': 'NotIn',
  and: 'And',
  or: 'Or',
  not: 'Not',
  has: 'Has',
  all: 'All',
  global: 'Global',
  '(': 'LParen',
  ')': 'RParen',
  '{': 'LBrace',
  '}': 'RBrace',
  ',': 'Comma',
  label: 'Label',
  text: 'StringLiteral',
  end: 'EOF',
};

function checkTokens(text: string, expected: NonNullable<SelectorRow['tokens']>): RowResult {
  try {
    const found = selectorTokens(text).map(({ kind, value }) => [TOKEN_NAMES[kind], value]);
    return same(
      'tokens',
      found,
      expected.map(({ kind, value }) => [kind, value ?? '']),
    );
  } catch (error) {
    return failed(`does not split into tokens: ${String(error)}`);
  }
}
