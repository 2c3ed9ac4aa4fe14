import { NO_EVIDENCE, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { evidenceOf, labelsAt, seenOf, suspectOf } from './seen-of.js';
import { aGroup, aReport } from './test-groups.js';

const outside = { kind: 'network', namespace: '', name: 'pub', address: '203.0.113.66' } as const;

describe('a line of the API', () => {
  it('has the labels all its reports agree on', () => {
    const flows = [
      aReport({ sourceLabels: ['app=checkout', 'version=1'] }),
      aReport({ sourceLabels: ['app=checkout', 'version=2'] }),
      aReport(),
    ];
    expect(labelsAt(aGroup({ flows }), 'source')).toEqual(['app=checkout']);
    expect(labelsAt(aGroup({ flows }), 'dest')).toBeNull();
  });

  it('has the evidence of all its reports', () => {
    const of = (node: string) => aReport({ evidence: { ...NO_EVIDENCE, nodes: tallyOf([node]) } });
    const { nodes } = evidenceOf(aGroup({ flows: [of('n1'), of('n2'), of('n1')] }));
    expect(nodes).toEqual({
      kept: [
        ['n1', 2],
        ['n2', 1],
      ],
      mentions: 3,
    });
  });

  it('has nothing to explain without its reports', () => {
    const { flows: _, ...folded } = aGroup();
    expect(seenOf(folded).flows).toEqual([]);
    expect(labelsAt(folded, 'source')).toBeNull();
  });

  it('has as suspect who calls, else who is called', () => {
    const caller = { namespace: 'shop', name: 'checkout', labels: null };
    expect(suspectOf(aGroup({ dest: outside }))).toEqual(caller);
    expect(suspectOf(aGroup())).toEqual(caller);
    expect(suspectOf(aGroup({ source: outside }))).toMatchObject({ namespace: 'payments', name: 'ledger-0' });
    expect(suspectOf(aGroup({ source: outside, dest: outside }))).toBeNull();
  });
});
