import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  bucketStart,
  decidingHit,
  EVERYTHING,
  type FlowRecord,
  GROUPINGS,
  millis,
  parseFilter,
  pendingVerdict,
} from '@vibrissa/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractFilter, contractRecord, gist } from '../contract-samples.js';
import { NaiveStore } from '../naive-store.js';
import { RecordPart } from '../record-part.js';
import { HistoryEngine } from './history-engine.js';
import { HISTORY_DEFAULTS } from './history-options.js';
import { HistoryQueries } from './read-queries.js';

const BUCKET_MS = 15_000;
const NOW = millis(1_770_000_007_000);
const HOURS = 3;
const OLDEST = NOW - HOURS * 3_600_000;

/** Records of the suite, moved to anywhere in the hours. */
const record: fc.Arbitrary<FlowRecord> = fc
  .tuple(contractRecord, fc.integer({ min: OLDEST, max: NOW - 60_000 }))
  .map(([own, at]) => ({ ...own, start: millis(at), end: millis(at + (own.end - own.start)) }));

const window = fc
  .tuple(fc.integer({ min: OLDEST - 600_000, max: NOW }), fc.integer({ min: OLDEST, max: NOW }))
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ from: millis(Math.min(a, b)), to: millis(Math.max(a, b)) }));

function partOf(records: readonly FlowRecord[]): RecordPart {
  const part = new RecordPart();
  for (const own of records) part.add(own, bucketStart(own.start, BUCKET_MS) / BUCKET_MS);
  return part;
}

/** What the test compares of a record, as text. */
function parquetRow(own: FlowRecord): string {
  const { source, dest, port, protocol, service, reporter, verdict } = own.key;
  const { packetsIn, bytesOut, connectionsStarted } = own.counters;
  return JSON.stringify([
    [own.start, own.end, source.kind, source.namespace, source.name, dest.kind, dest.address],
    [port, protocol, service?.name ?? null, reporter, verdict, pendingVerdict(own.key.trace)],
    [decidingHit(own.key.trace.enforced)?.name ?? null, packetsIn, bytesOut, connectionsStarted],
    [own.sourceLabels, own.destLabels],
  ]);
}

async function readParquet(path: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT json_array(
        json_array(epoch_ms("start"), epoch_ms("end"), source_kind, source_namespace, source_name, dest_kind,
          dest_address),
        json_array(port, protocol, service_name, reporter, verdict, pending_verdict),
        json_array(policy_name, packets_in::BIGINT, bytes_out::BIGINT, connections_started::BIGINT),
        json_array(source_labels::JSON, dest_labels::JSON))::VARCHAR
      FROM read_parquet($1)`,
    [path],
  );
  const rows = result.getRowsJS().map(([row]) => String(row));
  connection.closeSync();
  instance.closeSync();
  return rows.sort();
}

/** Hours of records: most of them on disk and summed in spans, some come late, some waiting, some only shown. */
describe('queries of the history over spans, facts, and what is not on disk', () => {
  const records = fc.sample(record, { seed: 5, numRuns: 300 });
  const naive = new NaiveStore(BUCKET_MS, () => NOW);
  const engine = new HistoryEngine({
    ...HISTORY_DEFAULTS,
    path: null,
    bucketMs: BUCKET_MS,
    retentionMs: 86_400_000,
    exportFolder: null,
    clock: { now: () => NOW },
  });
  let thorough: HistoryQueries;
  let hasty: HistoryQueries;

  beforeAll(async () => {
    const head = bucketStart(NOW, BUCKET_MS) / BUCKET_MS;
    engine.put(partOf(records.slice(0, 200)).finish({ segment: 1, bucket: head }));
    await engine.flushed();
    engine.put(partOf(records.slice(200, 240)).finish({ segment: 2, bucket: head }));
    await engine.flushed();
    engine.put(partOf(records.slice(240, 270)).finish({ segment: 3, bucket: head }));
    engine.tail(partOf(records.slice(270)).finish(null));
    naive.append(records);
    const { context } = await engine.ready();
    thorough = new HistoryQueries(context, 0);
    hasty = new HistoryQueries(context, Number.POSITIVE_INFINITY);
  });
  afterAll(() => engine.close());

  it('folds lines of any window exactly, read in full at once or in two passes', async () => {
    await fc.assert(
      fc.asyncProperty(
        window,
        contractFilter,
        fc.constantFrom(...GROUPINGS),
        fc.boolean(),
        fc.integer({ min: 1, max: 30 }),
        async (window, filter, grouping, atOnce, spark) => {
          const queries = atOnce ? hasty : thorough;
          const page = await queries.flows({ ...window, filter, grouping, limit: 2_000, spark });
          const wanted = naive.groups({ ...window, filter, grouping });
          expect(page.groups.map(gist).sort()).toEqual(wanted.map(gist).sort());
          expect(page.total).toBe(wanted.length);
          expect(page.sparks).toEqual(page.groups.map((group) => naive.spark(group, grouping, page, spark)));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('draws curves of any step, also of one that ends within a span', async () => {
    await fc.assert(
      fc.asyncProperty(
        window,
        contractFilter,
        fc.constantFrom(1, 3, 7, 20, 28, 40, 96),
        fc.constantFrom('lines' as const, 'bytes' as const, 'packets' as const),
        async (window, filter, buckets, measure) => {
          const query = { ...window, filter, stepMs: buckets * BUCKET_MS, measure };
          const got = (await thorough.series(query)).filter(
            (point) => point.allow + point.deny + point.pendingDeny + point.unknown > 0,
          );
          expect(got).toEqual(naive.series(query));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('tells when connections were seen, whatever the window', async () => {
    await fc.assert(
      fc.asyncProperty(window, contractFilter, async (window, filter) => {
        expect(await thorough.seen({ ...window, filter })).toEqual(naive.seen({ ...window, filter }));
      }),
      { numRuns: 15 },
    );
  });

  it('writes the same to Parquet, in columns that read by themselves, over no other file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vibrissa-parquet-'));
    const query = { filter: parseFilter('label=app=a port=443'), from: millis(OLDEST), to: NOW };
    try {
      const path = join(folder, "it's.parquet");
      const told: FlowRecord[] = [];
      for await (const batch of thorough.records(query)) told.push(...batch);
      const shares: number[] = [];
      const rows = await thorough.parquet(query, path, { progress: (done) => shares.push(done) });
      expect(rows).toBe(told.length);
      expect(rows).toBeGreaterThan(10);
      expect(shares.at(-1)).toBe(1);
      const read = await readParquet(path);
      expect(read).toEqual(told.map(parquetRow).sort());
      await expect(thorough.parquet(query, path)).rejects.toMatchObject({ code: 'history-export-failed' });
      const other = join(folder, 'other.parquet');
      const gone = new Error('gone');
      await expect(thorough.parquet(query, other, { signal: AbortSignal.abort(gone) })).rejects.toBe(gone);
      await expect(stat(other)).rejects.toMatchObject({ code: 'ENOENT' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('gives a record for each flow and bucket, with evidence once', async () => {
    const query = { filter: parseFilter('namespace=shop -verdict=deny'), from: millis(OLDEST), to: NOW };
    const told: FlowRecord[] = [];
    for await (const batch of thorough.records(query)) told.push(...batch);
    const starts = told.map(({ start }) => bucketStart(start, BUCKET_MS));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const again = new NaiveStore(BUCKET_MS, () => NOW);
    again.append(told);
    const all = { filter: EVERYTHING, grouping: 'connection' as const, from: query.from, to: NOW };
    expect(again.groups(all).map(gist).sort()).toEqual(
      naive
        .groups({ ...all, filter: query.filter })
        .map(gist)
        .sort(),
    );
  });
});
