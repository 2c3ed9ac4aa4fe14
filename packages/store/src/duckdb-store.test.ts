import { DuckdbStore } from './duckdb-store.js';
import { CONTRACT_BUCKET_MS, CONTRACT_BUCKETS, flowStoreContract } from './flow-store.contract.js';
import { HistoryEngine } from './history/history-engine.js';
import { HISTORY_DEFAULTS } from './history/history-options.js';

flowStoreContract(
  'the history',
  async (clock) => {
    const retentionMs = CONTRACT_BUCKETS * CONTRACT_BUCKET_MS;
    const engine = new HistoryEngine({
      ...HISTORY_DEFAULTS,
      path: null,
      bucketMs: CONTRACT_BUCKET_MS,
      retentionMs,
      exportFolder: null,
      clock,
    });
    return new DuckdbStore(engine, { clock, bucketMs: CONTRACT_BUCKET_MS, retentionMs });
  },
  { rounds: 0.1, asks: 4 },
);
