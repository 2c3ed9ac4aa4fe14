import type { Endpoint, FlowGroup, Grouping, Millis, PolicyHit, Verdict } from '@vibrissa/model';
import {
  type RowDef,
  type RowUpdate,
  SPARK_BUCKETS,
  WIRE_VERDICTS,
  type WireEndpoint,
} from '@vibrissa/protocol/messages';
import type { HotRing } from '@vibrissa/store';

/** Deciding hits by number, so that a row names them in a digit or two. */
export class DeciderDictionary {
  readonly #known = new WeakMap<PolicyHit, number>();
  readonly #byText = new Map<string, number>();
  readonly #hits: PolicyHit[] = [];
  #sent = 0;

  index(hit: PolicyHit | null): number {
    if (hit === null) return -1;
    const known = this.#known.get(hit);
    if (known !== undefined) return known;
    const text = JSON.stringify(hit);
    let index = this.#byText.get(text);
    if (index === undefined) {
      index = this.#hits.push(hit) - 1;
      this.#byText.set(text, index);
    }
    this.#known.set(hit, index);
    return index;
  }

  /** All entries, for a browser that has none. */
  all(): [number, PolicyHit][] {
    return this.#hits.map((hit, index) => [index, hit]);
  }

  /** Entries since the last call, for browsers that have the others. */
  takeUnsent(): [number, PolicyHit][] {
    if (this.#sent === this.#hits.length) return [];
    const unsent = this.all().slice(this.#sent);
    this.#sent = this.#hits.length;
    return unsent;
  }
}

export function encodeDef(group: FlowGroup, grouping: Grouping, newSince: Millis | null): RowDef {
  const { id, key, service, firstSeen } = group;
  const reporter = grouping === 'flow' ? group.flows[0]?.key.reporter : undefined;
  return {
    id,
    source: wireEndpoint(key.source),
    dest: wireEndpoint(key.dest),
    port: key.port,
    protocol: key.protocol,
    service: service === null ? null : [service.namespace, service.name, service.portName, service.port],
    firstSeen,
    newSince,
    ...(reporter === undefined ? {} : { reporter }),
  };
}

export function encodeRow(
  group: FlowGroup,
  spark: Spark,
  bucketMs: number,
  deciders: DeciderDictionary,
): RowUpdate {
  const { traffic } = group;
  return [
    group.id,
    group.lastSeen,
    wireVerdict(group.verdict),
    wireVerdict(group.pending),
    deciders.index(group.decidedBy),
    deciders.index(group.pendingDecidedBy),
    traffic.bytesSent,
    traffic.bytesReceived,
    traffic.packetsSent,
    traffic.packetsReceived,
    traffic.connectionsStarted,
    traffic.connectionsLive,
    traffic.connectionsDenied,
    spark.newest * bucketMs,
    spark.recent,
    isLossy(group) ? 1 : 0,
  ];
}

/** What policies say is told by the verdict; only without one do drops say more. Evidence costs to read. */
function isLossy({ verdict, flows }: FlowGroup): boolean {
  return verdict === 'unknown' && flows.some(({ evidence }) => evidence.drops.mentions > 0);
}

function wireEndpoint({ kind, namespace, name, address }: Endpoint): WireEndpoint {
  return [kind, namespace, name, address];
}

function wireVerdict(verdict: Verdict): number {
  return WIRE_VERDICTS.indexOf(verdict);
}

/** Packets per bucket of one row. */
export interface Spark {
  /** Number of the newest bucket with data. */
  readonly newest: number;
  /** Packets in it. */
  readonly recent: number;
  /** Packets in it and those before, oldest first. */
  readonly counts: readonly number[];
}

/** Both ends count the same packets: in each bucket the side that saw more is taken. */
export function sparkOf(ring: HotRing, group: FlowGroup, index: number, grouping: Grouping): Spark {
  const to = ring.head + 2;
  const range = { from: to - SPARK_BUCKETS, to };
  const source = new Float64Array(SPARK_BUCKETS);
  const other = new Float64Array(SPARK_BUCKETS);
  let newest = range.from;
  const reporters = new Map(group.flows.map((flow) => [flow.id, flow.key.reporter]));
  for (const key of ring.groups.members(index, grouping)) {
    const side = reporters.get(ring.groups.id(key, 'flow')) === 'src' ? source : other;
    ring.eachBucket(key, range, (bucket, packets) => {
      const at = bucket - range.from;
      side[at] = (side[at] as number) + packets;
      newest = Math.max(newest, bucket);
    });
  }
  const counts = Array.from(source, (packets, at) => Math.max(packets, other[at] as number));
  return {
    newest,
    recent: counts[newest - range.from] ?? 0,
    counts: [...new Array(to - 1 - newest).fill(0), ...counts.slice(0, newest - range.from + 1)],
  };
}
