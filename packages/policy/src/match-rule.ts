import type { Action } from '@vibrissa/model';
import { both, known, type Match, negate } from './match.js';
import { peerChecks } from './peer-checks.js';
import type { Icmp, Rule } from './policy.js';
import { isIcmp, matchNotProtocol, matchProtocol, protocolNumber } from './protocols.js';
import type { SelectorTable } from './selector-table.js';
import type { ConnectionView } from './view.js';

/** What a rule can ask of a connection, as its author writes it. */
export type Aspect =
  | ('protocol' | 'notProtocol' | 'ipVersion' | 'icmp' | 'notICMP' | 'http')
  | `${'source' | 'destination'}.${PeerAspect}`;

export type PeerAspect = 'selector' | 'notSelector' | 'nets' | 'notNets' | 'ports' | 'notPorts' | 'services';

/** One condition of a rule, made ready to ask of many connections. */
export interface Check {
  readonly aspect: Aspect;
  readonly test: (view: ConnectionView) => Match;
}

/** A rule made ready to match. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly action: Action;
  /** The cheap ones first: most rules fail at protocol or port. */
  readonly checks: readonly Check[];
}

export function compileRule(rule: Rule, policyNamespace: string, selectors: SelectorTable): CompiledRule {
  const checks: Check[] = [];
  const add = (aspect: Aspect, test: Check['test']) => checks.push({ aspect, test });
  if (rule.protocol !== null) {
    const wanted = protocolNumber(rule.protocol);
    add('protocol', ({ protocol }) => matchProtocol(wanted, protocol));
  }
  if (rule.notProtocol !== null) {
    const unwanted = protocolNumber(rule.notProtocol);
    add('notProtocol', ({ protocol }) => matchNotProtocol(unwanted, protocol));
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
  return { rule, action: rule.action, checks };
}

/** Whether a rule matches a connection: every condition it has must hold. */
export function matchRule({ checks }: CompiledRule, view: ConnectionView): Match {
  let match: Match = 'yes';
  for (const { test } of checks) {
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
