import { join } from 'node:path';
import { EVERYTHING, millis, NO_EVIDENCE, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { HistoryEngine } from './history-engine.js';
import { contentOf, NOW, NOW_BUCKET, optionsFor, withEngine, withFolder } from './test-engine.js';
import { partOf } from './test-parts.js';
import { recordOf } from './test-records.js';

const ALL = { from: millis(0), to: millis(NOW + 86_400_000), filter: EVERYTHING } as const;
const B = NOW_BUCKET - 100;

describe('history', () => {
  it('has what was handed over after it is opened again, and the mark', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'data', 'history', 'flows.duckdb');
      const before = await withEngine(path, async (engine) => {
        expect(await engine.mark()).toBeNull();
        engine.put(partOf([recordOf(1, B), recordOf(2, B)]));
        engine.put(partOf([recordOf(1, B + 1), recordOf(3, B + 1)], { segment: 7, bucket: B + 1 }));
        await engine.flushed();
        expect(engine.status()).toMatchObject({
          state: 'open',
          written: 4,
          dropped: 0,
          troubles: [],
          waitingBytes: 0,
        });
        expect(engine.status().oldest).toBe(B * 15_000);
        expect(engine.status().bytes).toBeGreaterThan(0);
        return engine.flows({ ...ALL, grouping: 'flow', limit: 10 });
      });
      await withEngine(path, async (engine) => {
        expect(await engine.mark()).toEqual({ segment: 7, bucket: B + 1 });
        expect(await engine.flows({ ...ALL, grouping: 'flow', limit: 10 })).toEqual(before);
        expect(before.total).toBe(3);
        // The same keys come again under other numbers of a new ring, and are the same flows.
        engine.put(partOf([recordOf(3, B + 2), recordOf(4, B + 2)], { segment: 8, bucket: B + 2 }));
        const page = await engine.flows({ ...ALL, grouping: 'flow', limit: 10 });
        expect(page.groups.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
        expect(await contentOf(engine)).toEqual({ lines: 4, packets: 18, rows: 6 });
      });
    }));

  it('shows parts of a hand-over only with its mark, and then in the stead of the tail', () =>
    withEngine(null, async (engine) => {
      const seen = async () => (await contentOf(engine)).packets / 3;
      engine.tail(partOf([recordOf(1, B), recordOf(2, B), recordOf(9, B)]));
      expect(await seen()).toBe(3);
      engine.put(partOf([recordOf(1, B)]));
      expect(await seen()).toBe(3);
      engine.put(partOf([recordOf(2, B)], { segment: 1, bucket: B }));
      expect(await seen()).toBe(2);
      engine.tail(partOf([recordOf(3, B + 1)]));
      expect(await seen()).toBe(3);
      engine.tail(null);
      expect(await seen()).toBe(2);
      await engine.flushed();
      expect(await seen()).toBe(2);
    }));

  it('does not make a hand-over durable without its mark', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      await withEngine(path, async (engine) => {
        engine.put(partOf([recordOf(1, B)], { segment: 1, bucket: B }));
        engine.put(partOf([recordOf(2, B + 1)]));
        engine.tail(partOf([recordOf(3, B + 1)]));
        await engine.flushed();
      });
      await withEngine(path, async (engine) => {
        expect(await engine.mark()).toEqual({ segment: 1, bucket: B });
        expect((await contentOf(engine)).lines).toBe(1);
      });
    }));

  it('keeps the earliest moment a flow was seen, told with a name or later', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      await withEngine(path, async (engine) => {
        engine.put(partOf([recordOf(1, B), recordOf(2, B)], { segment: 1, bucket: B }));
        await engine.flushed();
        engine.put({
          ...partOf([recordOf(1, B + 1)], { segment: 2, bucket: B + 1 }),
          earlier: [{ key: 0, firstSeen: millis(B * 15_000 - 60_000) }],
        });
        await engine.flushed();
      });
      await withEngine(path, async (engine) => {
        const { groups } = await engine.flows({ ...ALL, grouping: 'flow', limit: 10 });
        expect(groups.map(({ firstSeen }) => firstSeen)).toEqual([B * 15_000 + 10, B * 15_000 - 60_000]);
      });
    }));

  it('loads flows as they were handed over, late rows of a bucket joined', () =>
    withEngine(null, async (engine) => {
      engine.put(partOf([recordOf(1, B), recordOf(1, B + 1), recordOf(2, B)], { segment: 1, bucket: B + 1 }));
      engine.put(
        partOf([recordOf(1, B, { end: millis(B * 15_000 + 12_000) })], { segment: 2, bucket: B + 1 }),
      );
      const flows = [];
      for await (const part of engine.load(B)) flows.push(...part.flows);
      const record = recordOf(1, B);
      expect(flows.map((flow) => flow.records.length)).toEqual([2, 1]);
      const [first] = flows;
      expect(first?.key).toEqual(record.key);
      expect(first?.firstSeen).toBe(record.start);
      const [oldest, newer] = first?.records ?? [];
      expect(oldest).toMatchObject({
        start: B * 15_000,
        end: B * 15_000 + 12_000,
        counters: { ...record.counters, packetsIn: 6, packetsOut: 8, bytesIn: 600, connectionsStarted: 2 },
        sourceLabels: record.sourceLabels,
        destLabels: null,
      });
      expect(oldest?.evidence.sourceIps).toEqual({ kept: [['10.0.0.1', 3]], mentions: 3 });
      expect(newer?.evidence).toBe(NO_EVIDENCE);
      expect(newer?.place).toBe(oldest?.place);
      const since = [];
      for await (const part of engine.load(B + 1)) since.push(...part.flows);
      expect(since.map((flow) => flow.records.length)).toEqual([1]);
    }));

  it('sums facts over spans as facts sum, late ones included', () =>
    withEngine(null, async (engine) => {
      const span = Math.floor(B / 20) * 20;
      for (let bucket = span; bucket < span + 45; bucket++)
        engine.put(partOf([recordOf(1, bucket), recordOf(2, bucket)], { segment: bucket, bucket }));
      engine.put(
        partOf([recordOf(1, span + 3), recordOf(5, span + 3)], { segment: span + 50, bucket: span + 44 }),
      );
      await engine.flushed();
      const { context } = await engine.ready();
      await context.file.read(undefined, async ({ connection, summedTo, spanBuckets }) => {
        expect([summedTo, spanBuckets]).toEqual([span + 40, 20]);
        const columns = `series, sum(packets_in)::INTEGER a, sum(bytes_out) b, sum(started)::INTEGER c, sum(live) d`;
        const spans = await connection.runAndReadAll(
          `SELECT span, ${columns}, max(end_ms) e FROM history.spans GROUP BY ALL ORDER BY ALL`,
        );
        const facts = await connection.runAndReadAll(
          `SELECT bucket // 20 span, ${columns}, max((bucket % 20) * 15000 + end_ms)::UINTEGER e FROM history.facts WHERE bucket < ${summedTo} GROUP BY ALL ORDER BY ALL`,
        );
        expect(spans.getRowObjectsJson()).toEqual(facts.getRowObjectsJson());
        expect(spans.currentRowCount).toBe(5);
      });
    }));

  it('counts what nobody named and what came after it was closed', () =>
    withEngine(null, async (engine) => {
      const part = partOf([recordOf(1, B), recordOf(2, B)], { segment: 1, bucket: B });
      engine.put({ ...part, keys: part.keys.slice(0, 1), evidence: { ...part.evidence, length: 0 } });
      expect((await contentOf(engine)).lines).toBe(1);
      expect(engine.status().dropped).toBe(1);
      await engine.close();
      engine.put(part);
      expect(engine.status()).toMatchObject({ state: 'closed', dropped: 3 });
      await expect(engine.seen(ALL)).rejects.toMatchObject({ code: 'history-unavailable' });
    }));

  it('drops the oldest hand-overs where memory is short, and counts them', () =>
    withEngine(null, async (engine) => {
      const { live, context } = await engine.ready();
      for (let hand = 0; hand < 3; hand++)
        await live.put(
          partOf([recordOf(hand, B + hand), recordOf(9, B + hand)], { segment: hand, bucket: B + hand }),
        );
      const bytes = live.waitingBytes;
      expect(await live.dropBeyond(bytes)).toBe(0);
      expect(await live.dropBeyond(bytes - 1)).toBe(2);
      expect(live.waitingBytes).toBeLessThan(bytes);
      const buckets = await context.file.read(undefined, ({ connection }) =>
        connection.runAndReadAll('SELECT DISTINCT bucket FROM unwritten_facts ORDER BY 1'),
      );
      expect(buckets.getColumns()).toEqual([[B + 1, B + 2]]);
      await engine.flushed();
      expect(await engine.mark()).toEqual({ segment: 2, bucket: B + 2 });
      expect(await contentOf(engine)).toMatchObject({ lines: 3, rows: 4 });
    }));

  it('ends the queries that are under way when it is closed', async () => {
    const engine = new HistoryEngine(optionsFor(null));
    const { context } = await engine.ready();
    const query = context.file.read(undefined, async ({ connection }) => {
      closing = engine.close();
      // Far longer than a test may take.
      return connection.run('SELECT count(*) FROM range(1000000000) a, range(1000000000) b');
    });
    let closing: Promise<void> | null = null;
    await expect(query).rejects.toMatchObject({ code: 'history-unavailable' });
    await closing;
    expect(engine.status().state).toBe('closed');
  });

  it('keeps of evidence the smallest values exactly, by the order of texts in the model', () =>
    withEngine(null, async (engine) => {
      // Beyond the sixteen bits, order by code unit is not the order by code point that the database has.
      const values = ['\u{1f600}', '\uffee', ...Array.from({ length: 9 }, (_, at) => `v${at}`)];
      const evidence = (value: string) => ({ ...NO_EVIDENCE, calls: tallyOf([value]) });
      for (const [at, value] of values.entries())
        engine.put(partOf([recordOf(1, B, { evidence: evidence(value) })], { segment: at, bucket: B }));
      await engine.flushed();
      const { compaction, context } = await engine.ready();
      const read = async () => {
        const { groups } = await engine.flows({ ...ALL, grouping: 'flow', limit: 1 });
        return groups[0]?.flows[0]?.evidence.calls;
      };
      const before = await read();
      expect(before?.mentions).toBe(11);
      expect(await compaction.run(1)).toBe(true);
      expect(await read()).toEqual(before);
      const rows = await context.file.read(undefined, ({ connection }) =>
        connection.runAndReadAll('SELECT * FROM history.evidence'),
      );
      expect(rows.currentRowCount).toBe(9);
      expect(await compaction.run(1)).toBe(false);
    }));
});
