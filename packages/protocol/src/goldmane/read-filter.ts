import { EVERYTHING, type Filter, normalizeFilter, POLICY_KINDS } from '@vibrissa/model';
import {
  Action,
  MatchType,
  PolicyKind,
  type PolicyMatch,
  Reporter,
  type StringMatch,
  type Filter as WireFilter,
} from '../gen/goldmane_pb.js';
import { GLOBAL, NETWORK_ALIASES } from './match-filter.js';
import { NOTHING, policyKindNumber, readReporter, readVerdict } from './names.js';

/** A filter said in other terms. */
export interface ReadFilter {
  readonly filter: Filter;
  /** False when it lets more through, which `goldmaneMatcher` must then keep out. */
  readonly exact: boolean;
}

const MOST_PORT = 65_535n;

/** What of Goldmane's filter can be said in our terms: a filter that matches at least the same flows. */
export function filterFromGoldmane(filter: WireFilter | undefined): ReadFilter {
  if (filter === undefined) return { filter: EVERYTHING, exact: true };
  const parts: ReadFilter[] = [
    names('source.name', filter.sourceNames),
    namespaces('source.namespace', filter.sourceNamespaces),
    names('dest.name', filter.destNames),
    namespaces('dest.namespace', filter.destNamespaces),
    protocols(filter.protocols),
    ports(filter),
    verdicts(filter.actions),
    reporter(filter.reporter),
    policies(filter.policies),
    { filter: EVERYTHING, exact: filter.pendingActions.length === 0 },
  ];
  return {
    filter: normalizeFilter({ type: 'and', nodes: parts.map((part) => part.filter) }),
    exact: parts.every((part) => part.exact),
  };
}

const ALL: ReadFilter = { filter: EVERYTHING, exact: true };

function equal(field: string, values: readonly string[]): Filter {
  return { type: 'clause', field, op: '=', values };
}

/** Our "contains" has no regard to case. */
function contain(field: string, values: readonly string[]): Filter {
  return { type: 'clause', field, op: '~', values };
}

function anyOf(nodes: readonly Filter[]): Filter {
  return { type: 'or', nodes };
}

function names(field: string, matches: readonly StringMatch[]): ReadFilter {
  const aliases = (isAsked: (alias: string) => boolean) =>
    [...NETWORK_ALIASES].flatMap(([name, alias]) => (isAsked(alias) ? [name] : []));
  return texts(field, matches, aliases);
}

function namespaces(field: string, matches: readonly StringMatch[]): ReadFilter {
  // No flow has an empty namespace to Goldmane, and to us none has the dash.
  const spoken = matches.filter(({ value, type }) => value !== '' || type === MatchType.Fuzzy);
  const read = texts(field, spoken, (isAsked) => (isAsked(NOTHING) ? ['', GLOBAL] : []));
  return matches.length > 0 && spoken.length === 0 ? { filter: equal(field, []), exact: true } : read;
}

function texts(
  field: string,
  matches: readonly StringMatch[],
  aliases: (isAsked: (alias: string) => boolean) => readonly string[],
): ReadFilter {
  if (matches.length === 0) return ALL;
  const fuzzy = matches.filter(({ type }) => type === MatchType.Fuzzy).map(({ value }) => value);
  const exact = matches.filter(({ type }) => type !== MatchType.Fuzzy).map(({ value }) => value);
  const byAlias = aliases((alias) => exact.includes(alias) || fuzzy.some((value) => alias.includes(value)));
  return {
    filter: anyOf([equal(field, [...exact, ...byAlias]), contain(field, fuzzy)]),
    exact: fuzzy.every((value) => value === '') && !exact.includes(NOTHING),
  };
}

function protocols(matches: readonly StringMatch[]): ReadFilter {
  const { filter, exact } = texts('protocol', matches, () => []);
  // Our field has its letters in lower case, however they are asked for.
  return { filter, exact: exact && matches.every(({ value }) => value === value.toLowerCase()) };
}

function ports({ destPorts }: WireFilter): ReadFilter {
  if (destPorts.length === 0) return ALL;
  const asked = destPorts
    .filter(({ port }) => port >= 0n && port <= MOST_PORT)
    .map(({ port }) => String(port));
  return { filter: equal('port', asked), exact: true };
}

function verdicts(actions: readonly Action[]): ReadFilter {
  if (actions.length === 0) return ALL;
  const asked = actions.filter((action) => action <= Action.Deny).map(readVerdict);
  return { filter: equal('verdict', asked), exact: true };
}

function reporter(reporter: Reporter): ReadFilter {
  if (reporter === Reporter.ReporterUnspecified) return ALL;
  const isKnown = reporter === Reporter.Src || reporter === Reporter.Dst;
  return { filter: equal('reporter', isKnown ? [readReporter(reporter)] : []), exact: true };
}

function policies(matches: readonly PolicyMatch[]): ReadFilter {
  if (matches.length === 0) return ALL;
  const read = matches.map(policy);
  return {
    filter: anyOf(read.map((part) => part.filter)),
    exact: read.every((part) => part.exact),
  };
}

/** Our clauses look at each hit on its own, and at the end of a tier only by its trigger. */
function policy({ kind, tier, name, namespace, action }: PolicyMatch): ReadFilter {
  const parts: ReadFilter[] = [];
  if (kind === PolicyKind.EndOfTier) parts.push({ filter: EVERYTHING, exact: false });
  else if (kind !== PolicyKind.KindUnspecified) {
    const kinds = POLICY_KINDS.filter((known) => policyKindNumber(known) === kind);
    parts.push({ filter: equal('policy.kind', kinds), exact: true });
  }
  for (const [field, match] of [
    ['policy.tier', tier],
    ['policy', name],
    ['policy.namespace', namespace],
  ] as const) {
    if (match === undefined || match.value === '') continue;
    const isDash = field === 'policy.namespace' && NOTHING.includes(match.value);
    parts.push(isDash ? { filter: EVERYTHING, exact: false } : texts(field, [match], () => []));
  }
  return {
    filter: { type: 'and', nodes: parts.map((part) => part.filter) },
    exact: action === Action.ActionUnspecified && parts.length === 1 && parts.every((part) => part.exact),
  };
}
