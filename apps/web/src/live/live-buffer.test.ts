import { SPARK_BUCKETS } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import { LiveBuffer } from './live-buffer.js';
import { rowSort } from './row-sort.js';
import { aDef, anUpdate, aRows, aSnapshot } from './test-rows.js';

const BUCKET = 15_000;

function aBuffer(): LiveBuffer {
  return new LiveBuffer(rowSort('attention', true), () => BUCKET);
}

function idsIn(buffer: LiveBuffer): number[] {
  while (!buffer.settle(1_000)) {
    // Goes on until every row has its place.
  }
  return buffer.rows.map((row) => row.id);
}

function rowOf(buffer: LiveBuffer, id: number) {
  idsIn(buffer);
  const row = buffer.rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

describe('LiveBuffer', () => {
  it('holds a snapshot, denied first and then the newest to appear', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1, 2, 3], { rows: [anUpdate(1), anUpdate(2, { verdict: 1 }), anUpdate(3)] }));
    expect(idsIn(buffer)).toEqual([2, 3, 1]);
    expect(buffer.loaded).toBe(true);
    expect(buffer.total).toBe(3);
  });

  it('knows of lost packets as long as they are told of', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1], { rows: [anUpdate(1, { verdict: 2, lossy: 1 })] }));
    expect(rowOf(buffer, 1).lossy).toBe(true);
    buffer.apply(aRows({ rows: [anUpdate(1)] }));
    expect(rowOf(buffer, 1).lossy).toBe(false);
  });

  it('puts what staged policies would deny between denied and allowed', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1, 2, 3]));
    buffer.apply(aRows({ rows: [anUpdate(1, { verdict: 1 }), anUpdate(2, { pending: 1 })] }));
    expect(idsIn(buffer)).toEqual([1, 2, 3]);
  });

  it('takes totals as they are, so that a row sent twice is harmless', () => {
    const buffer = aBuffer();
    const update = aRows({ rows: [anUpdate(1, { bytesSent: 700 })] });
    buffer.apply(aSnapshot([1]));
    buffer.apply(update);
    buffer.apply(update);
    expect(rowOf(buffer, 1).bytesSent).toBe(700);
  });

  it('takes rows out that left', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1, 2]));
    const row = rowOf(buffer, 1);
    buffer.apply(aRows({ gone: [1], total: 1 }));
    expect(idsIn(buffer)).toEqual([2]);
    expect(row.gone).toBe(true);
    expect(buffer.find(row.key)).toBeNull();
  });

  it('lets a row that left come back as a new one', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1]));
    buffer.apply(aRows({ gone: [1] }));
    buffer.apply(aRows({ defs: [aDef(1)], rows: [anUpdate(1)] }));
    expect(idsIn(buffer)).toEqual([1]);
    expect(rowOf(buffer, 1).gone).toBe(false);
  });

  it('names the hit that decided from the dictionary', () => {
    const buffer = aBuffer();
    const hit = {
      kind: 'NetworkPolicy',
      namespace: 'data',
      name: 'db',
      tier: 'default',
      action: 'deny',
      policyIndex: 0,
      ruleIndex: 1,
      trigger: null,
    } as const;
    buffer.apply(aSnapshot([1], { deciders: [[4, hit]], rows: [anUpdate(1, { decidedBy: 4 })] }));
    expect(rowOf(buffer, 1).decidedBy).toEqual(hit);
    expect(rowOf(buffer, 1).pendingDecidedBy).toBeNull();
  });

  it('keeps the same row through a fresh snapshot, even under another id', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1, 2]));
    const before = rowOf(buffer, 1);
    buffer.apply(aSnapshot([], { defs: [{ ...aDef(1), id: 71 }], rows: [anUpdate(71, { bytesSent: 9 })] }));
    expect(idsIn(buffer)).toEqual([71]);
    expect(rowOf(buffer, 71)).toBe(before);
    expect(before.bytesSent).toBe(9);
    expect(buffer.arrivals).toBe(2);
  });

  it('keeps what is on screen until a fresh snapshot is complete', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1, 2]));
    buffer.expectSnapshot();
    expect(buffer.loaded).toBe(false);
    buffer.apply(aRows({ phase: 'snapshot', reset: true, defs: [aDef(3)], rows: [anUpdate(3)] }));
    expect(idsIn(buffer)).toEqual([3, 2, 1]);
    buffer.apply(aRows({ phase: 'snapshot', done: true, defs: [aDef(2)], rows: [anUpdate(2)] }));
    expect(idsIn(buffer)).toEqual([3, 2]);
    expect(buffer.loaded).toBe(true);
  });

  it('goes on after a resume without forgetting, except what the server no longer lists', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1, 2, 3]));
    buffer.apply(aRows({ phase: 'snapshot', done: true, rows: [anUpdate(2)], ids: [2, 3] }));
    expect(idsIn(buffer)).toEqual([3, 2]);
  });

  it('tells raw reports apart that differ only in what policy said', () => {
    const buffer = aBuffer();
    const alike = { source: aDef(1).source, reporter: 'src' };
    buffer.apply(aSnapshot([], { defs: [aDef(1, alike), aDef(2, alike)], rows: [anUpdate(1), anUpdate(2)] }));
    expect(idsIn(buffer)).toHaveLength(2);
    expect(rowOf(buffer, 1).key).not.toBe(rowOf(buffer, 2).key);
  });

  it('ignores updates of rows it does not know', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1]));
    buffer.apply(aRows({ rows: [anUpdate(99)] }));
    expect(idsIn(buffer)).toEqual([1]);
  });
});

describe('sparklines', () => {
  const tail = (buffer: LiveBuffer, count: number) => rowOf(buffer, 1).spark.slice(-count);

  it('start from the snapshot and slide on with time', () => {
    const buffer = aBuffer();
    buffer.apply(
      aSnapshot([1], { sparks: [[1, 5, 6, 7]], rows: [anUpdate(1, { recentAt: BUCKET * 10, recent: 7 })] }),
    );
    expect(rowOf(buffer, 1).spark).toHaveLength(SPARK_BUCKETS);
    expect(tail(buffer, 4)).toEqual([0, 5, 6, 7]);
    buffer.apply(aRows({ rows: [anUpdate(1, { recentAt: BUCKET * 10, recent: 8 })] }));
    expect(tail(buffer, 3)).toEqual([5, 6, 8]);
    buffer.apply(aRows({ rows: [anUpdate(1, { recentAt: BUCKET * 12, recent: 3 })] }));
    expect(tail(buffer, 4)).toEqual([6, 8, 0, 3]);
  });

  it('forget all when the row was silent for longer than they show', () => {
    const buffer = aBuffer();
    buffer.apply(aSnapshot([1], { rows: [anUpdate(1, { recentAt: BUCKET, recent: 7 })] }));
    buffer.apply(aRows({ rows: [anUpdate(1, { recentAt: BUCKET * 500, recent: 2 })] }));
    expect(tail(buffer, SPARK_BUCKETS)).toEqual([...new Array(SPARK_BUCKETS - 1).fill(0), 2]);
  });
});
