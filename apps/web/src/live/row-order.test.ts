import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from './row.js';
import { RowOrder } from './row-order.js';
import { compareKeys, type RowSort, rowSort } from './row-sort.js';

/** Only what the order reads of a row. */
function aRow(id: number, bytesSent: number | null): Row {
  return {
    id,
    key: `row ${id}`,
    source: { kind: 'workload', namespace: 'shop', name: `caller-${id}`, address: '' },
    dest: { kind: 'workload', namespace: 'data', name: 'db', address: '' },
    port: 1,
    protocol: 'tcp',
    service: null,
    reporter: null,
    firstSeen: 0,
    newSince: null,
    lastSeen: 0,
    verdict: 'allow',
    pending: 'allow',
    decidedBy: null,
    pendingDecidedBy: null,
    bytesSent,
    bytesReceived: null,
    packetsSent: null,
    packetsReceived: null,
    connectionsStarted: null,
    connectionsLive: null,
    connectionsDenied: null,
    lossy: false,
    spark: [],
    sparkAt: 0,
    revision: 0,
    gone: false,
  };
}

const BY_BYTES = rowSort('bytes', true);

function settled(order: RowOrder, budget = 3): readonly Row[] {
  while (!order.settle(budget)) {
    // Steps until done.
  }
  return order.rows;
}

function expectInOrder(rows: readonly Row[], sort: RowSort): void {
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before === undefined) continue;
    expect(compareKeys(sort.keyOf(before), sort.keyOf(row), sort.descending)).toBeLessThanOrEqual(0);
  }
}

describe('RowOrder', () => {
  it('is what a full sort would give, after any changes in any steps', () => {
    const change = fc.record({
      id: fc.nat(30),
      bytes: fc.option(fc.nat(20)),
      gone: fc.boolean(),
      settle: fc.nat(4),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), fc.boolean(), (changes, descending) => {
        const sort = rowSort('bytes', descending);
        const order = new RowOrder(sort);
        const rows = new Map<number, Row>();
        for (const { id, bytes, gone, settle } of changes) {
          const row = rows.get(id) ?? aRow(id, null);
          row.bytesSent = bytes;
          row.gone = gone;
          if (gone) rows.delete(id);
          else rows.set(id, row);
          order.touch(row);
          if (settle > 0) order.settle(settle);
        }
        const result = settled(order);
        expect(new Set(result)).toEqual(new Set(rows.values()));
        expect(result).toHaveLength(rows.size);
        expectInOrder(result, sort);
      }),
    );
  });

  it('keeps the old order in sight until a new one is complete', () => {
    const order = new RowOrder(BY_BYTES);
    const rows = [aRow(1, 10), aRow(2, 20), aRow(3, 30)];
    for (const row of rows) order.touch(row);
    expect(settled(order).map(({ id }) => id)).toEqual([3, 2, 1]);
    order.resort(rowSort('bytes', false));
    expect(order.settle(2)).toBe(false);
    expect(order.rows.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(order.settle(2)).toBe(true);
    expect(order.rows.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('does not move a row whose key is the same', () => {
    const order = new RowOrder(BY_BYTES);
    const row = aRow(1, 10);
    order.touch(row);
    const before = settled(order);
    row.lastSeen = 99;
    order.touch(row);
    expect(order.settled).toBe(true);
    expect(order.rows).toBe(before);
  });

  it('never writes to an order it handed out', () => {
    const order = new RowOrder(BY_BYTES);
    order.touch(aRow(1, 10));
    const before = settled(order);
    order.touch(aRow(2, 20));
    expect(settled(order)).toHaveLength(2);
    expect(before).toHaveLength(1);
  });

  it('puts unknown last, whichever way it sorts', () => {
    for (const descending of [true, false]) {
      const order = new RowOrder(rowSort('bytes', descending));
      for (const row of [aRow(1, null), aRow(2, 5), aRow(3, 0)]) order.touch(row);
      expect(settled(order).at(-1)?.id).toBe(1);
    }
  });
});

describe('rowSort', () => {
  it('falls back to attention for a column that is none', () => {
    expect(rowSort('constructor', false)).toEqual(rowSort('attention', true));
  });
});
