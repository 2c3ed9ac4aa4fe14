import type { Action } from '@vibrissa/model';
import { effectivePeerSelector } from './effective-selector.js';
import { both, known, type Match, negate } from './match.js';
import { peerChecks } from './peer-checks.js';
import type { Icmp, Rule } from './policy.js';
import { isIcmp, matchNotProtocol, matchProtocol, protocolNumber } from './protocols.js';
import type { KnownSelector, SelectorTable } from './selector-table.js';
import type { ConnectionView } from './view.js';

/** What a rule can ask of a connection, as its author writes it. */
export type Aspect =
  | ('protocol' | 'notProtocol' | 'ipVersion' | 'icmp' | 'notICMP' | 'http')
  | `${'source' | 'destination'}.${PeerAspect}`;

export type PeerAspect = 'selector' | 'notSelector' | 'nets' | 'notNets' | 'ports' | 'notPorts' | 'services';

/** One condition of a rule, made ready to ask of many connections. */
export interface Check {
  readonly aspect: Aspect;
  /** What it looks at: the protocol and port alone, what an end's selector says, or whatever else. */
  readonly asks: 'port' | 'selector' | 'facts';
  readonly test: (view: ConnectionView) => Match;
}

/** A rule made ready to match. */
export interface CompiledRule extends Sieve {
  readonly rule: Rule;
  readonly action: Action;
  readonly checks: readonly Check[];
}

/** What most rules fail at, side by side in memory; whatever passes is still asked every check. */
export interface Sieve {
  /** Below 1 is any. */
  readonly protocol: number;
  readonly lowPort: number;
  readonly highPort: number;
  readonly source: KnownSelector | null;
  readonly dest: KnownSelector | null;
}

export function compileRule(rule: Rule, policyNamespace: string, selectors: SelectorTable): CompiledRule {
  const checks: Check[] = [];
  const add = (aspect: Aspect, test: Check['test'], asks: Check['asks'] = 'facts') =>
    checks.push({ aspect, asks, test });
  if (rule.protocol !== null) {
    const wanted = protocolNumber(rule.protocol);
    add('protocol', ({ protocol }) => matchProtocol(wanted, protocol), 'port');
  }
  if (rule.notProtocol !== null) {
    const unwanted = protocolNumber(rule.notProtocol);
    add('notProtocol', ({ protocol }) => matchNotProtocol(unwanted, protocol), 'port');
  }
  const { ipVersion, icmp, notIcmp } = rule;
  if (ipVersion !== undefined) {
    add('ipVersion', ({ family }) => (family === null ? 'maybe' : known(family === ipVersion)));
  }
  checks.push(...peerChecks(rule.dest, 'destination', policyNamespace, selectors));
  checks.push(...peerChecks(rule.source, 'source', policyNamespace, selectors));
  if (icmp !== undefined) add('icmp', (view) => matchIcmp(icmp, view));
  if (notIcmp !== undefined) add('notICMP', (view) => negate(matchIcmp(notIcmp, view)));
  if (rule.http !== undefined) add('http', () => 'maybe');
  return { rule, action: rule.action, checks, ...sieveOf(rule, policyNamespace, selectors) };
}

function sieveOf({ protocol, source, dest }: Rule, namespace: string, selectors: SelectorTable): Sieve {
  const selectorOf = (peer: Rule['source']) => {
    const selector = effectivePeerSelector(peer, namespace);
    return selector === null ? null : selectors.add(selector);
  };
  const numbers = dest.ports.filter((port) => 'from' in port);
  const anyPort = numbers.length === 0 || numbers.length < dest.ports.length;
  return {
    protocol: protocol === null ? 0 : protocolNumber(protocol),
    lowPort: anyPort ? 0 : Math.min(...numbers.map(({ from }) => from)),
    highPort: anyPort ? 65_535 : Math.max(...numbers.map(({ to }) => to)),
    source: selectorOf(source),
    dest: selectorOf(dest),
  };
}

/** True for a rule that certainly does not match; what is not known stays in. */
function isSieved(sieve: Sieve, view: ConnectionView): boolean {
  const { source, dest } = view;
  return (
    !mayMatchPort(sieve, view) || source.answers.isKnownNo(sieve.source) || dest.answers.isKnownNo(sieve.dest)
  );
}

/** False for a rule that certainly does not match the protocol or the port, whoever the ends are. */
export function mayMatchPort(sieve: Sieve, { protocol, connection: { port } }: ConnectionView): boolean {
  if (sieve.protocol > 0 && protocol > 0 && sieve.protocol !== protocol) return false;
  return port === 0 || (port >= sieve.lowPort && port <= sieve.highPort);
}

/** Whether a rule matches a connection: every condition it has must hold. */
export function matchRule(rule: CompiledRule, view: ConnectionView): Match {
  if (isSieved(rule, view)) return 'no';
  let match: Match = 'yes';
  for (const { test } of rule.checks) {
    const found = test(view);
    if (found === 'no') return found;
    if (found === 'maybe') match = found;
  }
  return match;
}

function matchIcmp(wanted: Icmp, { protocol, connection }: ConnectionView): Match {
  const icmp = isIcmp(protocol);
  if (icmp === 'no') return 'no';
  if (connection.icmp === undefined) return 'maybe';
  const { type, code } = connection.icmp;
  return both(icmp, known(type === wanted.type && (wanted.code === undefined || code === wanted.code)));
}
