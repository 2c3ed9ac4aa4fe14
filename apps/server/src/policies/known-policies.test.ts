import { EMPTY_CLUSTER, EMPTY_RULEBOOK, type Rulebook, readResources } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { KnownPolicies, type SourceState } from './known-policies.js';

function source(name: string, rulebook: Rulebook, kind: SourceState['kind'] = 'folder'): SourceState {
  return { kind, name, state: 'ready', detail: null, readAt: 1, problems: [], rulebook };
}

function tiers(...orders: readonly (readonly [string, number])[]): Rulebook {
  return {
    ...EMPTY_RULEBOOK,
    tiers: orders.map(([name, order]) => ({ name, order, defaultAction: 'deny' })),
  };
}

describe('the policies that are known', () => {
  it('are those of all sources, and of two by one name that of the later source', () => {
    const known = new KnownPolicies();
    known.put(source('folder', tiers(['a', 1], ['b', 2])));
    known.put(source('api', tiers(['b', 20], ['c', 3]), 'kubernetes'));
    expect(known.rulebook.tiers.map(({ name, order }) => [name, order])).toEqual([
      ['a', 1],
      ['b', 20],
      ['c', 3],
    ]);
    known.drop('api');
    expect(known.rulebook.tiers.map(({ order }) => order)).toEqual([1, 2]);
  });

  it('keep apart what has the same name in another namespace or kind', () => {
    const { policies } = readResources([
      {
        name: 'x',
        text: ['NetworkPolicy', 'StagedNetworkPolicy']
          .flatMap((kind) => ['one', 'two'].map((space) => ({ kind, space })))
          .map(
            ({ kind, space }) =>
              `{ apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: { name: p, namespace: ${space} }, spec: {} }`,
          )
          .join('\n---\n'),
      },
    ]);
    const known = new KnownPolicies();
    known.put(source('one', { ...EMPTY_RULEBOOK, policies }));
    known.put(source('two', { ...EMPTY_RULEBOOK, policies: policies.slice(0, 1) }));
    expect(known.rulebook.policies).toHaveLength(4);
  });

  it('are of a play alone while there is one', () => {
    const known = new KnownPolicies();
    known.put(source('api', tiers(['real', 1]), 'kubernetes'));
    known.put(source('play', tiers(['played', 1]), 'demo'));
    expect(known.rulebook.tiers.map(({ name }) => name)).toEqual(['played']);
    expect(known.sources.map(({ name }) => name)).toEqual(['api', 'play']);
    known.drop('play');
    expect(known.rulebook.tiers.map(({ name }) => name)).toEqual(['real']);
  });

  it('are complete where one source knows the whole cluster', () => {
    const known = new KnownPolicies();
    known.put(source('folder', EMPTY_RULEBOOK));
    expect(known.rulebook.cluster.complete).toBe(false);
    known.put(source('api', { ...EMPTY_RULEBOOK, cluster: { ...EMPTY_CLUSTER, complete: true } }));
    expect(known.rulebook.cluster.complete).toBe(true);
  });

  it('say what keeps them from being known', () => {
    const known = new KnownPolicies();
    known.put({ ...source('/policies', EMPTY_RULEBOOK), detail: 'it has no files' });
    expect(known.troubles).toEqual([]);
    known.put({ ...source('/policies', EMPTY_RULEBOOK), state: 'failed', detail: 'make it' });
    expect(known.troubles).toEqual([
      { code: 'policies-folder', message: 'Policies of the folder are not known: make it.' },
    ]);
  });

  it('tell of each change, and compile once between two', () => {
    const known = new KnownPolicies();
    let told = 0;
    const end = known.onChange(() => told++);
    known.put(source('folder', tiers(['a', 1])));
    const { engine, version } = known;
    expect(known.engine).toBe(engine);
    known.drop('nothing by that name');
    expect([told, known.version]).toEqual([1, version]);
    known.drop('folder');
    expect([told, known.isKnown]).toEqual([2, false]);
    expect(known.engine).not.toBe(engine);
    end();
    known.put(source('folder', tiers(['a', 1])));
    expect(told).toBe(2);
  });
});
