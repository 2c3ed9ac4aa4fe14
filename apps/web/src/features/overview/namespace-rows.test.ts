import type { TopReply } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import type { LongQuery } from '../../api/useLongQuery.js';
import { namespaceRows, sortedNamespaces } from './namespace-rows.js';

type Amounts = Readonly<Record<string, readonly [flows: number, bytes: number]>>;

function answer(amounts: Amounts | null): LongQuery<TopReply> {
  const none = { flows: 0, bytes: 0, packets: 0, connections: 0, denied: 0 };
  const rows = Object.entries(amounts ?? {}).map(([namespace, [flows, bytes]]) => ({
    ...none,
    values: [namespace],
    flows,
    bytes,
  }));
  const reply = { by: ['namespace'], rows, total: rows.length, sum: none, from: 0, to: 1 };
  return {
    data: amounts === null ? undefined : reply,
    isStale: false,
    error: null,
    slow: false,
    progress: null,
    stop: () => {},
    stopped: false,
    again: () => {},
  };
}

const all = answer({ shop: [5, 500], data: [3, 900], dns: [9, 10] });

describe('namespaceRows', () => {
  it('puts four answers together; none is zero once an answer is there, and unknown before', () => {
    const rows = namespaceRows({
      all,
      denied: answer({ shop: [2, 20] }),
      wouldBeDenied: answer(null),
      leaving: answer({ data: [1, 77] }),
    });
    expect(rows).toEqual([
      { namespace: 'shop', flows: 5, bytes: 500, denied: 2, wouldBeDenied: null, leaving: 0 },
      { namespace: 'data', flows: 3, bytes: 900, denied: 0, wouldBeDenied: null, leaving: 77 },
      { namespace: 'dns', flows: 9, bytes: 10, denied: 0, wouldBeDenied: null, leaving: 0 },
    ]);
  });
});

describe('sortedNamespaces', () => {
  const rows = namespaceRows({
    all,
    denied: answer({ dns: [1, 1] }),
    wouldBeDenied: answer({ shop: [4, 4] }),
    leaving: answer({}),
  });
  const names = (column: 'denied' | 'bytes' | 'namespace', descending: boolean) =>
    sortedNamespaces(rows, column, descending).map(({ namespace }) => namespace);

  it('puts the denied first, then what would be, then what moved most', () => {
    expect(names('denied', true)).toEqual(['dns', 'shop', 'data']);
  });

  it('sorts by any column either way', () => {
    expect(names('bytes', true)).toEqual(['data', 'shop', 'dns']);
    expect(names('bytes', false)).toEqual(['dns', 'shop', 'data']);
    expect(names('namespace', false)).toEqual(['data', 'dns', 'shop']);
  });
});
