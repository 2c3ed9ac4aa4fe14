import {
  EMPTY_TALLY,
  type FlowKey,
  type FlowRecord,
  type Labels,
  type Millis,
  millis,
  tallyOf,
} from '@vibrissa/model';

/** What all that is seen of one flow has in common; `text` stands for it where flows are looked up. */
export interface FlowHead {
  readonly text: string;
  readonly key: FlowKey;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
}

/** Makes a head of a key; two with equal keys and labels have equal texts. */
export function flowHead(key: FlowKey, sourceLabels: Labels, destLabels: Labels): FlowHead {
  return { text: JSON.stringify([key, sourceLabels, destLabels]), key, sourceLabels, destLabels };
}

/** One thing seen of a flow. What is not told adds nothing; a count never told stays unknown. */
export interface Sighting {
  readonly at: Millis;
  /** From the source to the destination. */
  readonly packets?: number | null;
  readonly bytes?: number | null;
  /** The other way. */
  readonly replyPackets?: number | null;
  readonly replyBytes?: number | null;
  readonly started?: number;
  readonly completed?: number;
  readonly sourceIp?: string;
  readonly destIp?: string;
  /** The address that was called, where it is another and no service is known by it. */
  readonly calledIp?: string;
  /** 0 for none. */
  readonly sourcePort?: number;
  readonly drop?: string;
}

export interface AggregatorOptions {
  /** As the evidence has it. */
  readonly node: string;
  /** What happens in one interval is one record, ms. */
  readonly intervalMs: number;
  /** With so many records it is time to drain. */
  readonly maxRecords: number;
}

/** How many different values of one kind are kept of a flow and interval. */
const MOST_VALUES = 64;

interface Sum {
  readonly head: FlowHead;
  start: number;
  end: number;
  packets: number | null;
  bytes: number | null;
  replyPackets: number | null;
  replyBytes: number | null;
  started: number | null;
  completed: number | null;
  readonly sourceIps: Set<string>;
  readonly destIps: Set<string>;
  readonly sourcePorts: Set<string>;
  readonly drops: Set<string>;
}

/** Sums up what is seen of flows into one record for each flow and interval. */
export class FlowAggregator {
  readonly #options: AggregatorOptions;
  /** By the number of the interval, then by the flow's text. */
  #intervals = new Map<number, Map<string, Sum>>();
  #records = 0;

  constructor(options: AggregatorOptions) {
    this.#options = options;
  }

  /** True when draining should not wait for the end of the interval. */
  get isFull(): boolean {
    return this.#records >= this.#options.maxRecords;
  }

  add(head: FlowHead, sighting: Sighting): void {
    const sum = this.#sumOf(head, sighting.at);
    const { at, sourceIp = '', destIp = '', calledIp = '', sourcePort = 0, drop = '' } = sighting;
    if (at < sum.start) sum.start = at;
    if (at > sum.end) sum.end = at;
    sum.packets = plus(sum.packets, sighting.packets);
    sum.bytes = plus(sum.bytes, sighting.bytes);
    sum.replyPackets = plus(sum.replyPackets, sighting.replyPackets);
    sum.replyBytes = plus(sum.replyBytes, sighting.replyBytes);
    sum.started = plus(sum.started, sighting.started);
    sum.completed = plus(sum.completed, sighting.completed);
    if (sourceIp !== '') keep(sum.sourceIps, sourceIp);
    if (destIp !== '') keep(sum.destIps, destIp);
    if (calledIp !== '') keep(sum.destIps, calledIp);
    if (sourcePort !== 0 && sum.sourcePorts.size < MOST_VALUES) sum.sourcePorts.add(String(sourcePort));
    if (drop !== '') keep(sum.drops, drop);
  }

  /** Everything so far, as records; `live` tells how many connections of a flow are open, null when not known. */
  drain(live: (head: FlowHead) => number | null): FlowRecord[] {
    const records: FlowRecord[] = [];
    for (const sums of this.#intervals.values())
      for (const sum of sums.values()) records.push(this.#recordOf(sum, live(sum.head)));
    this.#intervals = new Map();
    this.#records = 0;
    return records;
  }

  #sumOf(head: FlowHead, at: Millis): Sum {
    const number = Math.floor(at / this.#options.intervalMs);
    let sums = this.#intervals.get(number);
    if (sums === undefined) {
      sums = new Map();
      this.#intervals.set(number, sums);
    }
    const found = sums.get(head.text);
    if (found !== undefined) return found;
    const sum: Sum = {
      head,
      start: at,
      end: at,
      packets: null,
      bytes: null,
      replyPackets: null,
      replyBytes: null,
      started: null,
      completed: null,
      sourceIps: new Set(),
      destIps: new Set(),
      sourcePorts: new Set(),
      drops: new Set(),
    };
    sums.set(head.text, sum);
    this.#records++;
    return sum;
  }

  #recordOf(sum: Sum, live: number | null): FlowRecord {
    const { key, sourceLabels, destLabels } = sum.head;
    // Counters are seen from the reporter; a node in between sees what reaches the destination as coming in.
    const atSource = key.reporter === 'src';
    return {
      key,
      start: millis(sum.start),
      end: millis(sum.end),
      counters: {
        packetsIn: atSource ? sum.replyPackets : sum.packets,
        packetsOut: atSource ? sum.packets : sum.replyPackets,
        bytesIn: atSource ? sum.replyBytes : sum.bytes,
        bytesOut: atSource ? sum.bytes : sum.replyBytes,
        connectionsStarted: sum.started,
        connectionsCompleted: sum.completed,
        connectionsLive: live,
      },
      sourceLabels,
      destLabels,
      evidence: {
        sourceIps: tallyOf([...sum.sourceIps]),
        destIps: tallyOf([...sum.destIps]),
        sourcePorts: tallyOf([...sum.sourcePorts]),
        dnsNames: EMPTY_TALLY,
        nodes: tallyOf([this.#options.node]),
        drops: tallyOf([...sum.drops]),
        calls: EMPTY_TALLY,
      },
    };
  }
}

function plus(sum: number | null, more: number | null | undefined): number | null {
  if (more === null || more === undefined) return sum;
  return sum === null ? more : sum + more;
}

function keep(values: Set<string>, value: string): void {
  if (values.size < MOST_VALUES) values.add(value);
}
