import { pendingVerdict } from '@vibrissa/model';
import { ClusterIndex } from './cluster-index.js';
import { type Connection, isGoverned, type Party } from './connection.js';
import { effectivePolicySelector } from './effective-selector.js';
import { decideConnection, decideSide } from './evaluate.js';
import { connectionOf, type ObservedFlow } from './evaluate-flow.js';
import { withLabels } from './label-edits.js';
import type { Match } from './match.js';
import { matchEndpoint } from './match-labels.js';
import { DIRECTIONS, type Direction, type Policy } from './policy.js';
import { edited, isSamePolicy, type PolicyEdit } from './policy-edit.js';
import { PolicySet } from './policy-set.js';
import type { Engine, Rulebook } from './rulebook.js';
import { labelsAt, observedLine, type SeenConnection } from './seen-connection.js';
import { enforcedTwin } from './staged.js';

/** A connection that known policies deny, and what they are asked to find a way through. */
export interface FixQuestion {
  /** With the labels that the cluster knows where no report tells any. */
  readonly seen: SeenConnection;
  readonly flow: ObservedFlow;
  readonly rulebook: Rulebook;
  /** The same without the policies that govern neither end, whatever labels it is given. */
  readonly about: Rulebook;
  /** Of what it is about. */
  readonly engine: Engine;
  /** True when it is allowed today and staged policies would deny it. */
  readonly staged: boolean;
  /** The policies that deny it; when staged as if all were in force. */
  readonly set: PolicySet;
  readonly connection: Connection;
  /** True when facts are missing and labels are taken as they were reported. */
  readonly assumes: boolean;
  /** The ends that deny it, the source's first. */
  readonly denies: readonly Direction[];
}

/** What the rulebook is asked of this connection, or why there is nothing to ask. */
export function questionOf(
  seen: SeenConnection,
  rulebook: Rulebook,
  index: ClusterIndex,
): FixQuestion | string {
  const flow = observedLine(seen);
  const connection = connectionOf(flow, index);
  const about = { ...rulebook, policies: policiesAbout(connection, rulebook.policies) };
  const engine = { set: new PolicySet(about.tiers, about.policies, about.profiles), index };
  const isDenied = seen.flows.some(({ verdict }) => verdict === 'deny');
  const isPending = seen.flows.some((report) => pendingVerdict(report) === 'deny');
  const now = decideConnection(engine.set, connection).verdict;
  if (now === 'allow' && isDenied) {
    return 'By the policies that are known now it is allowed: they have changed since it was seen, or others than these denied it.';
  }
  const staged = now !== 'deny' && !isDenied;
  const set = staged ? engine.set.afterStaging() : engine.set;
  const verdict = staged ? decideConnection(set, connection).verdict : now;
  const isExpected = staged ? isPending : isDenied;
  if (verdict === 'allow' || (verdict === 'unknown' && !isExpected)) {
    return verdict === 'allow'
      ? 'Nothing denies it, and no staged policy would.'
      : 'Whether the known policies deny it is open: facts are missing, and no report says that it was denied.';
  }
  const assumes = verdict === 'unknown';
  const planned = assumes ? asReported(connection) : connection;
  if (assumes && decideConnection(set, planned).verdict !== 'deny') {
    return 'It was denied, but not by the policies that are known, as far as its labels and addresses tell.';
  }
  const denies = DIRECTIONS.filter((direction) => deniesAt(set, planned, direction)).sort();
  const known = { ...seen, flows: withKnownLabels(seen, connection) };
  return {
    seen: known,
    flow,
    rulebook,
    about,
    engine,
    staged,
    set,
    connection: planned,
    assumes,
    denies,
  };
}

/** Those that select an end, or would with more labels; and what deletes others, which selects nothing itself. */
function policiesAbout({ source, dest }: Connection, policies: readonly Policy[]): readonly Policy[] {
  const open = { own: true, namespace: true, serviceAccount: true };
  const ends = [source, dest].map(
    (party): Party => ({ ...party, unsure: { keys: party.unsure?.keys ?? new Set(), ...open } }),
  );
  return policies.filter(
    (policy) =>
      policy.stagedAction === 'delete' ||
      ends.some((end) => matchEndpoint(effectivePolicySelector(policy), end) !== 'no'),
  );
}

export function deniesAt(set: PolicySet, connection: Connection, direction: Direction): boolean {
  const party = nearOf(connection, direction);
  return isGoverned(party) && decideSide(set, connection, direction).verdict === 'deny';
}

/** The same question once edits are made; what it said of the ends that deny is of before. */
export function afterEdits(question: FixQuestion, edits: readonly PolicyEdit[]): FixQuestion {
  const about = edited(question.about, edits);
  const isSameCluster = about.cluster === question.about.cluster;
  const index = isSameCluster ? question.engine.index : new ClusterIndex(about.cluster);
  const engine = { set: new PolicySet(about.tiers, about.policies, about.profiles), index };
  const flow = withLabels(question.flow, edits);
  const connection = connectionOf(flow, index);
  return {
    ...question,
    rulebook: edited(question.rulebook, edits),
    about,
    engine,
    flow,
    set: question.staged ? engine.set.afterStaging() : engine.set,
    connection: question.assumes ? asReported(connection) : connection,
  };
}

/** Whether the policies of a question allow its connection; `no` also when another denial than the one asked about comes of it. */
export function allowsIt({ set, engine, flow, staged, connection }: FixQuestion): Match {
  if (decideConnection(set, connection).verdict === 'deny') return 'no';
  const whole = connectionOf(flow, engine.index);
  if (staged && decideConnection(engine.set, whole).verdict === 'deny') return 'no';
  const { verdict } = decideConnection(set, whole);
  return verdict === 'allow' ? 'yes' : verdict === 'deny' ? 'no' : 'maybe';
}

/** The end that policies of this direction select. */
export function nearEnd(direction: Direction): 'source' | 'dest' {
  return direction === 'ingress' ? 'dest' : 'source';
}

export function farEnd(direction: Direction): 'source' | 'dest' {
  return direction === 'ingress' ? 'source' : 'dest';
}

function nearOf(connection: Connection, direction: Direction): Party {
  return connection[nearEnd(direction)];
}

/** The same connection as if no label is other than was reported, or is known of its pods. */
function asReported(connection: Connection): Connection {
  const plain = ({ unsure: _, ...party }: Party): Party => party;
  return { ...connection, source: plain(connection.source), dest: plain(connection.dest) };
}

/** The policy as its author has it: what stands in for a staged one is put down to that. */
export function originOf({ staged, rulebook }: FixQuestion, policy: Policy): Policy {
  if (!staged) return policy;
  const found = rulebook.policies.find(
    (one) =>
      one.kind.startsWith('Staged') &&
      (one.stagedAction ?? 'set') === 'set' &&
      isSamePolicy(enforcedTwin(one), policy),
  );
  return found ?? policy;
}

/** A changed policy in the kind that its author has it in. */
export function asItsOrigin(question: FixQuestion, changed: Policy): Policy {
  const { kind, stagedAction } = originOf(question, changed);
  return { ...changed, kind, ...(stagedAction === undefined ? {} : { stagedAction }) };
}

/** Where no report tells labels, those that the cluster knows for certain; the reports as they are otherwise. */
function withKnownLabels(seen: SeenConnection, connection: Connection): SeenConnection['flows'] {
  const sourceLabels = labelsAt(seen, 'source') ?? certainLabels(connection.source);
  const destLabels = labelsAt(seen, 'dest') ?? certainLabels(connection.dest);
  return seen.flows.map((flow) => ({ ...flow, sourceLabels, destLabels }));
}

function certainLabels({ labels, unsure }: Party): readonly string[] | null {
  if (labels === undefined || labels === null) return null;
  return [...labels]
    .filter(([key]) => unsure?.keys.has(key) !== true)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}
