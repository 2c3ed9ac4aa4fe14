import { create } from '@bufbuild/protobuf';
import * as wire from '../gen/goldmane_pb.js';
import { GLOBAL } from '../goldmane/match-filter.js';
import { NOTHING } from '../goldmane/names.js';
import { BadRequestError, checkFilter } from '../goldmane/read-request.js';
import { toGoldmaneName } from './names.js';

/** The longest filter that is read, characters. */
const MOST_CHARACTERS = 100_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whisker's filters, the text of a JSON object, as Goldmane's filter. The text may be escaped once more than a
 * query is. What is not known is ignored, as by Whisker's own backend; what is not as it should be throws
 * BadRequestError.
 */
export function readWhiskerFilters(text: string): wire.Filter | undefined {
  if (text.trim() === '') return undefined;
  if (text.length > MOST_CHARACTERS)
    throw new BadRequestError(`filters: is longer than ${MOST_CHARACTERS} characters`);
  const fields = objectOf(parse(unescaped(text)), 'filters');
  const filter = create(wire.FilterSchema, {
    sourceNames: matches(fields, 'source_names').map(named),
    sourceNamespaces: matches(fields, 'source_namespaces').flatMap(namespaced),
    destNames: matches(fields, 'dest_names').map(named),
    destNamespaces: matches(fields, 'dest_namespaces').flatMap(namespaced),
    protocols: matches(fields, 'protocols'),
    destPorts: listOf(fields, 'dest_ports').map((port, at) => readPort(port, `filters.dest_ports[${at}]`)),
    actions: listOf(fields, 'actions').map((name, at) => readAction(name, `filters.actions[${at}]`)),
    pendingActions: listOf(fields, 'pending_actions').map((name, at) =>
      readAction(name, `filters.pending_actions[${at}]`),
    ),
    policies: listOf(fields, 'policies').map((policy, at) => readPolicy(policy, `filters.policies[${at}]`)),
    reporter: isNothing(fields.reporter) ? 0 : readNumber(wire.Reporter, fields.reporter, 'filters.reporter'),
  });
  checkFilter(filter);
  return filter;
}

/** The sort orders, by name. */
export function readWhiskerSort(names: readonly string[]): wire.SortBy[] {
  return names.map((name) => readNumber(wire.SortBy, name, 'sortBy'));
}

/** What to hint, by name: `SourceName`, …. */
export function readWhiskerHintType(name: string): wire.FilterType {
  return readNumber(wire.FilterType, `FilterType${name}`, 'type', 'FilterType');
}

/** Text that was escaped but once may hold what is no escape. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestError('filters: is not JSON');
  }
}

function objectOf(value: unknown, where: string): Fields {
  if (isNothing(value)) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new BadRequestError(`${where}: must be an object`);
  // An object that is no list has names for fields.
  return value as Fields;
}

function listOf(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (isNothing(value)) return [];
  if (!Array.isArray(value)) throw new BadRequestError(`filters.${name}: must be a list`);
  return value;
}

function matches(fields: Fields, name: string): wire.StringMatch[] {
  return listOf(fields, name).map((match, at) => readMatch(match, `filters.${name}[${at}]`));
}

function readMatch(value: unknown, where: string): wire.StringMatch {
  const match = objectOf(value, where);
  const text = match.value ?? '';
  if (typeof text !== 'string') throw new BadRequestError(`${where}.value: must be text`);
  return create(wire.StringMatchSchema, { value: text, type: readMatchType(match.type, `${where}.type`) });
}

function readMatchType(value: unknown, where: string): wire.MatchType {
  return isNothing(value) ? wire.MatchType.Exact : readNumber(wire.MatchType, value, where);
}

function readPort(value: unknown, where: string): wire.PortMatch {
  const match = objectOf(value, where);
  // How a port is matched makes no difference, and still has to be known.
  readMatchType(match.type, `${where}.type`);
  const port = match.value ?? 0;
  if (typeof port !== 'number' || !Number.isSafeInteger(port))
    throw new BadRequestError(`${where}.value: must be a whole number`);
  return create(wire.PortMatchSchema, { port: BigInt(port) });
}

function readAction(value: unknown, where: string): wire.Action {
  return readNumber(wire.Action, value, where);
}

function readPolicy(value: unknown, where: string): wire.PolicyMatch {
  const policy = objectOf(value, where);
  const part = (name: string) => readMatch(policy[name], `${where}.${name}`);
  return create(wire.PolicyMatchSchema, {
    kind: isNothing(policy.kind) ? 0 : readNumber(wire.PolicyKind, policy.kind, `${where}.kind`),
    tier: part('tier'),
    name: part('name'),
    namespace: part('namespace'),
    action: isNothing(policy.action) ? 0 : readAction(policy.action, `${where}.action`),
  });
}

/** The number of a name of one of Goldmane's enums. */
function readNumber<Name extends string, Value>(
  names: Readonly<Record<Name, Value | string>>,
  value: unknown,
  where: string,
  prefix = '',
): Extract<Value, number> {
  const number = typeof value === 'string' && Object.hasOwn(names, value) ? names[value as Name] : undefined;
  // An enum leads from names to numbers and back; only the first way is asked for here.
  if (typeof number === 'number') return number as Extract<Value, number>;
  const said = typeof value === 'string' ? value.slice(prefix.length) : (value ?? null);
  const known = Object.keys(names).filter((name) => !/^\d/.test(name));
  throw new BadRequestError(
    `${where}: ${JSON.stringify(said).slice(0, 60)} is not known; it must be one of ${known.map((name) => name.slice(prefix.length)).join(', ')}`,
  );
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function named(match: wire.StringMatch): wire.StringMatch {
  return { ...match, value: toGoldmaneName(match.value) };
}

/** A part of the word finds what Whisker shows by it, too: Goldmane's own dash has no parts. */
function namespaced(match: wire.StringMatch): wire.StringMatch[] {
  if (match.value === GLOBAL) return [{ ...match, value: NOTHING }];
  if (match.type !== wire.MatchType.Fuzzy || match.value === '' || !GLOBAL.includes(match.value))
    return [match];
  return [match, { ...match, value: NOTHING, type: wire.MatchType.Exact }];
}
