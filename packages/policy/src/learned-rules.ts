import type { NetworkSetObject } from './cluster.js';
import type { FarEnd } from './far-end.js';
import { learnedPeer, type PeerContext } from './learned-peers.js';
import { addSeen, NOTHING_SEEN, type PeerTraffic, type Seen } from './learned-traffic.js';
import { portsText, ruleText, seenText } from './learned-words.js';
import { ANY_PEER, type Direction, type Peer, type PortMatch, type Rule } from './policy.js';
import type { RuleEvidence } from './recommendation.js';
import { simplifyPorts } from './simplify-ports.js';
import type { ObservedPair } from './verdict-change.js';

/** What was learned of one far end. */
export interface LearnedEnd {
  readonly far: FarEnd;
  readonly traffic: PeerTraffic;
}

/** The rules of one direction. */
export interface LearnedRules {
  readonly rules: readonly Rule[];
  readonly evidence: readonly RuleEvidence[];
  readonly sets: readonly NetworkSetObject[];
  readonly comments: ReadonlyMap<Rule, readonly string[]>;
  readonly caveats: readonly string[];
  readonly notCovered: readonly (ObservedPair & { readonly lines: number; readonly reason: string })[];
  /** When the newest of what it allows was first seen; below 0 when nothing was. */
  readonly newest: number;
}

interface Draft {
  readonly far: FarEnd;
  readonly peers: readonly Peer[];
  readonly protocols: readonly DraftProtocol[];
  readonly notes: readonly string[];
}

interface DraftProtocol {
  readonly protocol: string;
  readonly ports: readonly PortMatch[];
  readonly seen: Seen;
}

/** With more far ends than this nobody reads the policy any more, and what names them is hardly stable. */
const MOST_ENDS = 500;

/** Linux takes the ports of what asks for none from 32768 on. */
const FIRST_EPHEMERAL = 32_768;
const MANY_EPHEMERAL = 4;
/** More ports than this below look like a scan. */
const MOST_PORTS = 100;

/** The least that allows what was learned, in one order whatever order it was seen in. */
export function learnedRules(
  direction: Direction,
  ends: readonly LearnedEnd[],
  context: PeerContext,
): LearnedRules {
  const notCovered: (ObservedPair & { lines: number; reason: string })[] = [];
  const sets: NetworkSetObject[] = [];
  const caveats: string[] = [];
  const drafts: Draft[] = [];
  let newest = -1;
  const leaveOut = (traffic: PeerTraffic, seen: Seen, reason: string) =>
    notCovered.push({ ...traffic.example, lines: seen.lines, reason });
  for (const { far, traffic } of [...ends].sort(byName)) {
    if (drafts.length >= MOST_ENDS) {
      leaveOut(traffic, whole(traffic), `It is one of more than ${MOST_ENDS} far ends.`);
      continue;
    }
    const named = learnedPeer(far, traffic, context);
    if (named.peers.length === 0) {
      leaveOut(traffic, whole(traffic), named.notes.join(' '));
      continue;
    }
    const protocols: DraftProtocol[] = [];
    for (const [protocol, { seen, ports }] of [...traffic.protocols].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const merged = mergedPorts(ports);
      if (merged === null) {
        leaveOut(traffic, seen, `So many ports were tried (${ports.size}) that it looks like a scan.`);
        continue;
      }
      if (merged.isRange) {
        caveats.push(
          `${far.text} was seen on many ports from ${FIRST_EPHEMERAL} on, which change: the rule is for all of them.`,
        );
      }
      newest = Math.max(newest, merged.newest);
      protocols.push({ protocol, ports: merged.ports, seen });
    }
    if (protocols.length === 0) continue;
    if (named.set !== null) sets.push(named.set);
    caveats.push(...named.notes);
    drafts.push({
      far,
      peers: named.peers,
      protocols:
        named.ownPorts === true
          ? [{ protocol: '', ports: [], seen: whole(traffic) }]
          : far.kind === 'dns' || far.kind === 'everyone'
            ? bothProtocols(protocols)
            : protocols,
      notes: named.notes,
    });
  }
  return { ...rendered(direction, drafts, context), sets, caveats, notCovered, newest };
}

const RANKS: readonly FarEnd['kind'][] = ['dns', 'everyone', 'api', 'pods', 'set', 'node', 'addresses'];

function byName({ far: a }: LearnedEnd, { far: b }: LearnedEnd): number {
  const rank = RANKS.indexOf(a.kind) - RANKS.indexOf(b.kind);
  if (rank !== 0) return rank;
  return compare(a.text, b.text) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function whole({ protocols }: PeerTraffic): Seen {
  return [...protocols.values()].reduce((sum, { seen }) => addSeen(sum, seen), NOTHING_SEEN);
}

/** Null when there are too many to be meant. */
function mergedPorts(
  ports: ReadonlyMap<number, number>,
): { readonly ports: readonly PortMatch[]; readonly newest: number; readonly isRange: boolean } | null {
  const low: number[] = [];
  const high: number[] = [];
  let newest = -1;
  let firstHigh = Number.POSITIVE_INFINITY;
  for (const [port, first] of ports) {
    if (port < FIRST_EPHEMERAL) {
      if (port > 0) low.push(port);
      newest = Math.max(newest, first);
    } else {
      high.push(port);
      firstHigh = Math.min(firstHigh, first);
    }
  }
  if (low.length > MOST_PORTS) return null;
  const isRange = high.length > MANY_EPHEMERAL;
  // Of a range another port is nothing new.
  for (const port of high) newest = Math.max(newest, isRange ? firstHigh : (ports.get(port) ?? -1));
  const single = (isRange ? low : [...low, ...high])
    .sort((a, b) => a - b)
    .map((port) => ({ from: port, to: port }));
  const range = isRange ? [{ from: FIRST_EPHEMERAL, to: 65_535 }] : [];
  return { ports: simplifyPorts([...single, ...range]), newest, isRange };
}

/** A name that does not fit into a datagram is asked for over TCP. */
function bothProtocols(seen: readonly DraftProtocol[]): readonly DraftProtocol[] {
  const ports = simplifyPorts(
    [...new Map(seen.flatMap((one) => one.ports).map((port) => [JSON.stringify(port), port])).values()].sort(
      (a, b) => ('from' in a && 'from' in b ? a.from - b.from : 0),
    ),
  );
  return ['tcp', 'udp'].map((protocol) => ({
    protocol,
    ports,
    seen: seen.find((one) => one.protocol === protocol)?.seen ?? NOTHING_SEEN,
  }));
}

function rendered(
  direction: Direction,
  drafts: readonly Draft[],
  { dialect }: PeerContext,
): Pick<LearnedRules, 'rules' | 'evidence' | 'comments'> {
  const rules: Rule[] = [];
  const evidence: RuleEvidence[] = [];
  const comments = new Map<Rule, readonly string[]>();
  const say = (rule: Rule, index: number, text: string, seen: Seen, notes: readonly string[]) => {
    if (seen.lines === 0) {
      comments.set(rule, [text, ...notes]);
      return;
    }
    comments.set(rule, [`${text}: ${seenText(seen)}`, ...notes]);
    const { reporters, ...rest } = seen;
    evidence.push({ direction, index, text, ...rest, reporters: (reporters & 1) + (reporters >> 1) });
  };
  for (const [place, { far, peers, protocols, notes }] of drafts.entries()) {
    const start = rules.length;
    for (const { protocol, ports, seen } of protocols) {
      const index = rules.length;
      for (const peer of peers) {
        const rule = allow(direction, protocol === '' ? null : protocol, peer, ports);
        rules.push(dialect === 'kubernetes' ? { ...rule, written: place } : rule);
      }
      const first = rules[index];
      if (dialect === 'calico' && first !== undefined) {
        const words = protocol === '' ? 'the ports of its service' : portsText([{ protocol, ports }]);
        say(first, index, ruleText(direction, far.text, words), seen, notes);
      }
    }
    const first = rules[start];
    if (dialect === 'kubernetes' && first !== undefined) {
      const seen = protocols.reduce((sum, one) => addSeen(sum, one.seen), NOTHING_SEEN);
      say(first, place, ruleText(direction, far.text, portsText(protocols)), seen, notes);
    }
  }
  return { rules, evidence, comments };
}

function allow(direction: Direction, protocol: string | null, far: Peer, ports: readonly PortMatch[]): Rule {
  return {
    action: 'allow',
    protocol,
    notProtocol: null,
    source: direction === 'ingress' ? far : ANY_PEER,
    dest: { ...(direction === 'egress' ? far : ANY_PEER), ports },
  };
}
