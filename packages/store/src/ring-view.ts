import {
  type Counters,
  type Evidence,
  type FlowGroup,
  foldFlows,
  type Grouping,
  groupKeyOf,
  type Labels,
  type Millis,
  millis,
} from '@vibrissa/model';
import type { KeyTables } from './key-tables.js';
import type { RingData } from './ring-data.js';
import { RingFlow, type RingReader } from './ring-flow.js';
import type { RingGroups } from './ring-groups.js';
import { type BucketRange, SlotChains } from './slot-chain.js';
import { NONE } from './slot-pool.js';

/** The ring as its readers see it: flows and their groups over windows of whole buckets. */
export class RingView implements RingReader {
  readonly groups: RingGroups;
  readonly #data: RingData;
  readonly #chains: SlotChains;

  constructor(data: RingData) {
    this.groups = data.groups;
    this.#data = data;
    this.#chains = new SlotChains(data.slots, data.tables);
  }

  /** Distinct flows held. */
  get size(): number {
    return this.#data.tables.keys.size;
  }

  /** Strings, endpoints, label sets and traces held, used or not yet forgotten. */
  get interned(): number {
    return this.#data.tables.held + this.#data.evidence.strings.size;
  }

  /** Flows changed since the last call, by index, and the version that stands for "up to here". */
  takeChanges(): { readonly keys: readonly number[]; readonly version: number } {
    return this.#data.keys.takeChanges();
  }

  /** The indices of the flows with data in a bucket. */
  *keysIn(bucket: number): Generator<number> {
    const { slots } = this.#data;
    for (let slot = this.#data.firstSlot(bucket); slot !== NONE; slot = slots.nextInBucket(slot))
      yield slots.key(slot);
  }

  /** The newest version in which a flow of the group changed. */
  groupVersion(group: number, grouping: Grouping): number {
    let newest = 0;
    for (const key of this.groups.members(group, grouping))
      newest = Math.max(newest, this.#data.keys.version(key));
    return newest;
  }

  /** The group as it was in the window, or null when it had nothing there. */
  read(group: number, grouping: Grouping, range: BucketRange): FlowGroup | null {
    const id = this.groups.id(group, grouping);
    if (id === 0) return null;
    const flows: RingFlow[] = [];
    for (const key of this.groups.members(group, grouping)) {
      const flow = this.flow(key, range);
      if (flow !== null) flows.push(flow);
    }
    const [first] = flows;
    return first === undefined ? null : foldFlows(id, groupKeyOf(first.key, grouping), flows);
  }

  /** The flow as it was in the window, or null when it had nothing there. */
  flow(key: number, range: BucketRange): RingFlow | null {
    const sums = this.#chains.sum(this.#data.keys.newest(key), range);
    if (sums === null) return null;
    return new RingFlow(
      this,
      key,
      this.groups.id(key, 'flow'),
      this.#data.tables.read(key),
      sums.counters,
      sums.sourceLabels,
      sums.destLabels,
      this.#data.keys.firstSeen(key),
      millis(sums.lastSeen),
    );
  }

  /** Calls back with each bucket of the window in which the flow moved something, newest first. */
  eachBucket(key: number, range: BucketRange, visit: (bucket: number, packets: number) => void): void {
    this.#chains.eachBucket(this.#data.keys.newest(key), range, visit);
  }

  /** Calls back with what the flow moved in each bucket of the window, newest first. */
  eachCounters(key: number, range: BucketRange, visit: (bucket: number, counters: Counters) => void): void {
    this.#chains.eachCounters(this.#data.keys.newest(key), range, visit);
  }

  get tables(): Pick<KeyTables, 'verdict' | 'reporter' | 'trace'> {
    return this.#data.tables;
  }

  /** When the first record of the flow that is still held began. */
  firstSeen(key: number): Millis {
    return this.#data.keys.firstSeen(key);
  }

  /** When the last record of the flow that is held ended, whatever the window. */
  lastEnd(key: number): Millis {
    return millis(this.#chains.lastEnd(this.#data.keys.newest(key)));
  }

  evidence(key: number): Evidence {
    return this.#data.evidence.read(this.#data.keys.evidence(key));
  }

  labels(id: number): Labels {
    return this.#data.tables.labels(id);
  }
}
