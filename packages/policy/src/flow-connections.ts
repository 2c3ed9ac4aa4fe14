import {
  EMPTY_TALLY,
  type Endpoint,
  type FlowGroup,
  intersectLabels,
  type Labels,
  leftOut,
  mergeTally,
  NO_EVIDENCE,
  type Tally,
} from '@vibrissa/model';
import type { ClusterIndex } from './cluster-index.js';
import type { Connection, Party } from './connection.js';
import type { ObservedFlow } from './evaluate-flow.js';
import { labelEditsOf, withLabels } from './label-edits.js';
import { addressesOf, placedParty, unplacedParty } from './observed-party.js';
import type { PolicyEdit } from './policy-edit.js';

const MOST_ENDS = 50_000;
/** Of one end and its labels: pods come and go, and so do sets of their addresses. */
const MOST_PLACES = 256;

/** An end with the labels that flows told of it. */
interface LabelledEnd {
  readonly told: Labels;
  readonly party: Party;
  /** Most ends have one address: that of the flow before. */
  lastText: string;
  lastPlaced: Party;
  /** Null until there is a second one. */
  byAddresses: Map<string, Party> | null;
}

interface KnownEnd {
  /** Nearly always there is one, and it is the same object. */
  last: LabelledEnd | null;
  byLabels: Map<string, LabelledEnd> | null;
}

/**
 * Turns many flows into connections. Ends that are alike are one, so that what is worked out of an end is
 * worked out once; the oldest are forgotten when there are too many.
 */
export class FlowConnections {
  private readonly ends = new Map<string, KnownEnd>();
  /** Stores hand out the same objects again and again. */
  private readonly bySameObject = new WeakMap<Endpoint, KnownEnd>();
  private readonly edits: readonly PolicyEdit[];

  /** With edits that change labels, ends are as they would be with them. */
  constructor(
    private readonly cluster: ClusterIndex,
    edits: readonly PolicyEdit[] = [],
  ) {
    this.edits = labelEditsOf(edits);
  }

  of({ key, sourceLabels, destLabels, evidence }: ObservedFlow): Connection {
    const { source, dest, port, protocol } = key;
    return {
      source: this.party(source, sourceLabels, evidence.sourceIps),
      dest: this.party(dest, destLabels, evidence.destIps),
      port,
      protocol,
    };
  }

  /** The same as of the line's `observedLine`, without what policies do not look at. */
  ofLine({ key: { source, dest, port, protocol }, flows }: FlowGroup): Connection {
    let sourceLabels: Labels = null;
    let destLabels: Labels = null;
    let sourceIps = EMPTY_TALLY;
    let destIps = EMPTY_TALLY;
    for (const flow of flows) {
      sourceLabels = intersectLabels(sourceLabels, flow.sourceLabels);
      destLabels = intersectLabels(destLabels, flow.destLabels);
      sourceIps = mergedIps(sourceIps, flow.evidence.sourceIps);
      destIps = mergedIps(destIps, flow.evidence.destIps);
    }
    return {
      source: this.party(source, sourceLabels, sourceIps),
      dest: this.party(dest, destLabels, destIps),
      port,
      protocol,
    };
  }

  private party(endpoint: Endpoint, labels: Labels, ips: Tally): Party {
    const end = this.labelled(endpoint, labels);
    const text = addressText(ips);
    if (text === end.lastText) return end.lastPlaced;
    const found = end.byAddresses?.get(text);
    end.byAddresses ??= new Map(end.lastText === UNPLACED ? [] : [[end.lastText, end.lastPlaced]]);
    end.lastText = text;
    end.lastPlaced = found ?? placedParty(endpoint, end.party, addressesOf({ endpoint, ips }), this.cluster);
    if (found === undefined) keep(end.byAddresses, text, end.lastPlaced, MOST_PLACES);
    return end.lastPlaced;
  }

  private labelled(endpoint: Endpoint, told: Labels): LabelledEnd {
    const end = this.bySameObject.get(endpoint) ?? this.known(endpoint);
    const { last } = end;
    if (last !== null && last.told === told) return last;
    if (last !== null) end.byLabels ??= new Map([[JSON.stringify(last.told), last]]);
    const text = end.byLabels === null ? '' : JSON.stringify(told);
    const found = end.byLabels?.get(text);
    if (found !== undefined) {
      end.last = found;
      return found;
    }
    const party = unplacedParty(endpoint, this.afterEdits(endpoint, told), this.cluster);
    const made = { told, party, lastText: UNPLACED, lastPlaced: party, byAddresses: null };
    if (end.byLabels !== null) keep(end.byLabels, text, made, MOST_PLACES);
    end.last = made;
    return made;
  }

  private known(endpoint: Endpoint): KnownEnd {
    const { kind, namespace, name, address } = endpoint;
    const text = JSON.stringify([kind, namespace, name, address]);
    let end = this.ends.get(text);
    if (end === undefined) {
      end = { last: null, byLabels: null };
      keep(this.ends, text, end, MOST_ENDS);
    }
    this.bySameObject.set(endpoint, end);
    return end;
  }

  private afterEdits(endpoint: Endpoint, labels: Labels): Labels {
    if (this.edits.length === 0) return labels;
    const key = { source: endpoint, dest: endpoint, port: 0, protocol: '' };
    const flow = { key, sourceLabels: labels, destLabels: labels, evidence: NO_EVIDENCE };
    return withLabels(flow, this.edits).sourceLabels;
  }
}

/** Two reports of one connection mostly name the same address. */
function mergedIps(a: Tally, b: Tally): Tally {
  if (a === b || b.mentions === 0) return a;
  const one = b.kept[0]?.[0];
  const isSame = a.kept.length === 1 && b.kept.length === 1 && a.kept[0]?.[0] === one;
  return isSame && leftOut(a) === 0 && leftOut(b) === 0 ? a : mergeTally(a, b);
}

/** The same for tallies that tell the same addresses; empty when they do not tell all. */
function addressText(ips: Tally): string {
  const { kept } = ips;
  if (kept.length === 0 || leftOut(ips) > 0) return '';
  // Texts are hostile: none may be taken for several.
  return kept.length === 1 ? `=${kept[0]?.[0]}` : JSON.stringify(kept.map(([ip]) => ip));
}

/** What no addresses give as their text. */
const UNPLACED = 'unplaced';

function keep<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  if (map.size >= most) {
    const oldest = map.keys().next();
    if (oldest.done === false) map.delete(oldest.value);
  }
  map.set(key, value);
}
