import { parseFilter, printFilter } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { flowLinks, recommendLinks } from './flow-links.js';
import { aHit, aRow } from './test-groups.js';

const filters = (row: Parameters<typeof flowLinks>[0]) =>
  Object.fromEntries(flowLinks(row).map(({ label, filter }) => [label, filter]));

describe('links to other flows', () => {
  it('name both ends by what outlives a rollout', () => {
    expect(filters(aRow())).toMatchObject({
      'All flows of checkout': 'namespace=shop workload=checkout',
      'All flows of ledger-0': 'namespace=payments workload=ledger-0',
      'Flows like this':
        'source.namespace=shop source.workload=checkout dest.namespace=payments dest.workload=ledger-0 port=8443 protocol=tcp',
    });
  });

  it('begin with the source', () => {
    expect(flowLinks(aRow())[0]?.label).toBe('All flows of checkout');
  });

  it('tell places outside by their address', () => {
    const dest = { kind: 'network', namespace: '', name: 'pub', address: 'cdn.example.net' } as const;
    expect(filters(aRow({ dest }))).toMatchObject({
      'All flows of cdn.example.net': 'address=cdn.example.net',
    });
  });

  it('offer one link for two ends of one name', () => {
    const end = { kind: 'workload', namespace: 'shop', name: '', address: '' } as const;
    const links = flowLinks(aRow({ source: end, dest: end, port: 0, protocol: '' }));
    expect(links.map(({ label }) => label)).toEqual(['All flows of shop', 'Flows like this']);
  });

  it('lead to what the deciding policy decides, unless it is a profile', () => {
    expect(filters(aRow({ verdict: 'deny', decidedBy: aHit() }))).toMatchObject({
      'Decided by default-deny': 'decided=default-deny',
    });
    expect(flowLinks(aRow({ decidedBy: aHit({ kind: 'Profile' }) }))).toHaveLength(3);
  });

  it('are filters as the filter bar prints them', () => {
    for (const { filter } of flowLinks(aRow({ decidedBy: aHit() }))) {
      expect(printFilter(parseFilter(filter))).toBe(filter);
    }
  });
});

describe('where policies for a row are recommended', () => {
  it('is a page of each workload, over the same window', () => {
    const window = { kind: 'live', sinceMs: 3_600_000 } as const;
    expect(recommendLinks(aRow(), { window }).map(({ label, href }) => [label, href])).toEqual([
      ['Policy for checkout', '/recommend?last=1h&recommend=shop/checkout'],
      ['Policy for ledger-0', '/recommend?last=1h&recommend=payments/ledger-0'],
    ]);
  });

  it('is nowhere for what is no workload', () => {
    const outside = { kind: 'network', namespace: '', name: 'pub', address: '' } as const;
    const window = { kind: 'live', sinceMs: 900_000 } as const;
    expect(recommendLinks(aRow({ source: outside, dest: outside }), { window })).toEqual([]);
  });
});
