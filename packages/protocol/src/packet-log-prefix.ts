import type { PolicyTrace, Reporter, Verdict } from '@vibrissa/model';
import { RecentTexts } from './recent-texts.js';
import { isProblem } from './record-problem.js';
import { readTrace } from './trace-text.js';

/** What a rule said of the packet it logged. */
export interface LoggedVerdict {
  readonly verdict: Verdict;
  /** Ingress rules are the destination's, egress rules the source's. */
  readonly reporter: Reporter;
  readonly trace: PolicyTrace;
  /** False for a rule that only hands on, or that is staged: what follows it in the log is the same packet. */
  readonly isFinal: boolean;
}

/** Felix's rule: action, owner, direction, index, then who it belongs to (felix/rules/nflogprefix.go). */
const PREFIX = /^([ADNP])([PR])([EI])(\d{0,9})(?:\|([^\s|]{1,200}))?$/;
const ACTIONS: ReadonlyMap<string, 'allow' | 'deny' | 'pass'> = new Map([
  ['A', 'allow'],
  ['D', 'deny'],
  // Before Calico 3.0 tiers handed on with N, for next tier.
  ['N', 'pass'],
  ['P', 'pass'],
]);
const KIND = /^(?:np|gnp|snp|sgnp|sknp|knp|kcnp)\//;
/** The kernel keeps 63 bytes of a prefix; Felix fills longer ones up with a hash between ten and ten characters. */
const MOST_BYTES = 63;
const KEPT = 10;

const known = new RecentTexts<LoggedVerdict>(4_096, 400_000);

/**
 * Reads a prefix as Felix gives it to NFLOG: `API0|np/shop/default.cart` or, before kinds were part of it,
 * `API0|shop/default.cart`; without an index it is the end of a tier (`DPI|default`), put down to a policy
 * when it names one (`DPI|shop/deny`), and `DRI` means that no profile let it through. Null for other texts.
 */
export function readFelixPrefix(text: string): LoggedVerdict | null {
  const found = known.get(text);
  if (found !== undefined) return found;
  const parts = PREFIX.exec(text);
  if (parts === null) return null;
  const [, actionLetter = '', owner = '', direction = '', index = '', told = ''] = parts;
  const action = ACTIONS.get(actionLetter);
  if (action === undefined || (index !== '' && told === '')) return null;
  const name = text.length === MOST_BYTES ? unhashed(text, told) : told;
  const rule = index === '' ? '-1' : index;
  const [tier, policy] = owner === 'R' ? profile(name) : index === '' ? endOfTier(name) : policyOf(name);
  const hit = `0|${tier}|${policy}|${action}|${rule}`;
  const isStaged = /^(?:s\w+:|.*staged:)/.test(policy);
  const trace = isStaged ? readTrace([], [hit]) : readTrace([hit], []);
  if (isProblem(trace)) return null;
  const isFinal = action !== 'pass' && !isStaged;
  const reporter = direction === 'I' ? 'dst' : 'src';
  const verdict = { verdict: isFinal ? action : 'unknown', reporter, trace, isFinal } as const;
  known.set(text, verdict);
  return verdict;
}

type Owner = readonly [tier: string, policy: string];

function profile(name: string): Owner {
  return ['__PROFILE__', name === '' ? 'eot:' : `pro:${name}`];
}

/** A tier's name has no slash, and a policy's has one: its kind's or its namespace's. */
function endOfTier(name: string): Owner {
  return name.includes('/') ? policyOf(name) : [name === '' ? 'default' : name, 'eot:'];
}

/** The tier is told by the name alone: `tier.policy`, and the default tier without one. */
function policyOf(name: string): Owner {
  const slash = name.lastIndexOf('/');
  const own = name.slice(slash + 1);
  if (KIND.test(name)) {
    const kind = name.slice(0, name.indexOf('/'));
    const isKubernetes = kind === 'knp' || kind === 'sknp' || kind === 'kcnp';
    return [isKubernetes ? 'default' : tierIn(own), `${kind}:${name.slice(kind.length + 1)}`];
  }
  const bare = own.replace('staged:', '');
  if (bare.startsWith('knp.')) return ['default', name];
  const tier = tierIn(bare);
  const kind = `${own === bare ? '' : 's'}${slash < 0 ? 'gnp' : 'np'}`;
  const short = bare.startsWith(`${tier}.`) ? bare.slice(tier.length + 1) : bare;
  return [tier, `${kind}:${name.slice(0, slash + 1)}${short}`];
}

function tierIn(name: string): string {
  const dot = name.indexOf('.');
  return dot > 0 ? name.slice(0, dot) : 'default';
}

/** What is left of a name whose middle went for a hash: its beginning and its end. */
function unhashed(text: string, told: string): string {
  const begun = told.slice(0, Math.max(0, KEPT - (text.length - told.length)));
  return `${begun}…${text.slice(-KEPT)}`;
}
