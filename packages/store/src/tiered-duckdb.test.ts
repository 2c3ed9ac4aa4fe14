import type { Clock, FlowRecord } from '@vibrissa/model';
import { CONTRACT_BUCKET_MS, CONTRACT_BUCKETS, flowStoreContract } from './flow-store.contract.js';
import type { Placement } from './flow-store.js';
import { HistoryEngine } from './history/history-engine.js';
import { HISTORY_DEFAULTS } from './history/history-options.js';
import { HotStore } from './hot-store.js';
import { TieredStore } from './tiered-store.js';

/** So short that most records are older. */
const RING_BUCKETS = 4;

/** Hands over half of what it takes, so that queries find some in the history, some in the ring, some come late. */
class HalfHandedOver extends TieredStore {
  readonly #engine: HistoryEngine;
  #segment = 0;

  constructor(hot: HotStore, clock: Clock, engine: HistoryEngine) {
    super({ hot, clock, retentionMs: CONTRACT_BUCKETS * CONTRACT_BUCKET_MS, tailMs: 0, ringAnswers: false });
    this.#engine = engine;
    this.useHistory(engine);
  }

  override async append(records: readonly FlowRecord[]): Promise<Placement[]> {
    const half = Math.floor(records.length / 2);
    const first = super.append(records.slice(0, half));
    await this.handOver(() => ++this.#segment);
    return [...(await first), ...(await super.append(records.slice(half)))];
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#engine.close();
  }
}

flowStoreContract(
  'ring and DuckDB',
  async (clock) => {
    const engine = new HistoryEngine({
      ...HISTORY_DEFAULTS,
      path: null,
      bucketMs: CONTRACT_BUCKET_MS,
      retentionMs: CONTRACT_BUCKETS * CONTRACT_BUCKET_MS,
      exportFolder: null,
      clock,
    });
    await engine.mark();
    const hot = new HotStore({
      clock,
      bucketMs: CONTRACT_BUCKET_MS,
      buckets: RING_BUCKETS,
      maxSlots: 1_000_000,
    });
    return new HalfHandedOver(hot, clock, engine);
  },
  { rounds: 0.03, asks: 3 },
);
