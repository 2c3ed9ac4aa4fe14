import { goldmane } from '@vibrissa/protocol';
import { GrpcStatus } from '@vibrissa/protocol/grpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowSpec } from './test-flows.js';
import { failure, ReaderTest } from './test-reader.js';

const { Action, FilterType, MatchType, PolicyKind, Reporter } = goldmane;
const Exact = MatchType.Exact;
const Fuzzy = MatchType.Fuzzy;

const FLOWS: readonly FlowSpec[] = [
  { port: 1, source: 'web-*', sourceNamespace: 'shop', dest: 'db-0', destNamespace: 'data' },
  {
    port: 2,
    source: 'Web-2',
    sourceNamespace: 'shop-eu',
    dest: 'pub',
    destNamespace: '',
    destKind: 'network',
    protocol: 'udp',
    reporter: 'src',
    enforced: ['0|__PROFILE__|pro:kns.shop|allow|0'],
  },
  {
    port: 3,
    source: 'scraper-*',
    sourceNamespace: 'tools',
    dest: 'pvt',
    destNamespace: '',
    destKind: 'network',
    verdict: 'deny',
    enforced: ['0|security|gnp:block|pass|1', '1|default|np:tools/guard|deny|-1'],
    pending: ['0|security|gnp:block|pass|1', '1|default|snp:tools/trial|deny|0'],
  },
  {
    port: 4,
    source: 'job',
    sourceNamespace: 'Global',
    dest: 'cache',
    destNamespace: 'data',
    pending: ['0|default|sgnp:trial-all|allow|2'],
  },
];

let test: ReaderTest;

beforeAll(async () => {
  test = await ReaderTest.start();
  test.add(...FLOWS);
  test.roll();
});

afterAll(() => test.end());

type Filter = NonNullable<Parameters<typeof test.calls.list>[0]>['filter'];

async function ports(filter: Filter): Promise<number[]> {
  const { flows } = await test.calls.list({ ...(filter === undefined ? {} : { filter }) });
  return flows.map(({ flow }) => Number(flow?.Key?.destPort)).sort();
}

async function hints(type: goldmane.FilterType, filter?: Filter): Promise<string[]> {
  const answer = await test.calls.hints({ type, ...(filter === undefined ? {} : { filter }) });
  return answer.hints.map(({ value }) => value);
}

const CASES: readonly [behaviour: string, filter: Filter, expected: readonly number[]][] = [
  ['no filter matches all', undefined, [1, 2, 3, 4]],
  ['an empty filter matches all', {}, [1, 2, 3, 4]],
  ['exact is the whole name', { sourceNames: [{ value: 'web', type: Exact }] }, []],
  ['exact is with regard to case', { sourceNames: [{ value: 'web-*', type: Exact }] }, [1]],
  [
    'fuzzy is a part of the name, with regard to case',
    { sourceNames: [{ value: 'eb-', type: Fuzzy }] },
    [1, 2],
  ],
  ['fuzzy is no edit distance', { sourceNames: [{ value: 'wbe', type: Fuzzy }] }, []],
  ['values of a field are alternatives', { destPorts: [{ port: 1n }, { port: 3n }] }, [1, 3]],
  ['fields must all match', { destPorts: [{ port: 1n }, { port: 2n }], protocols: [{ value: 'udp' }] }, [2]],
  ['namespaces match, too', { sourceNamespaces: [{ value: 'shop', type: Exact }] }, [1]],
  ['namespaces match by parts', { sourceNamespaces: [{ value: 'shop', type: Fuzzy }] }, [1, 2]],
  ['a dash is what has no namespace', { destNamespaces: [{ value: '-', type: Exact }] }, [2, 3]],
  ['pub is also the public network', { destNames: [{ value: 'PUBLIC NETWORK', type: Exact }] }, [2]],
  ['pub is still pub', { destNames: [{ value: 'pub', type: Exact }] }, [2]],
  ['pvt is also the private network, in parts', { destNames: [{ value: 'PRIVATE', type: Fuzzy }] }, [3]],
  ['a namespace called Global is also a dash', { sourceNamespaces: [{ value: '-', type: Exact }] }, [4]],
  ['actions are any of those named', { actions: [Action.Deny, Action.Pass] }, [3]],
  ['pending actions look at pending hits alone', { pendingActions: [Action.Allow] }, [4]],
  ['a pending pass is found', { pendingActions: [Action.Pass] }, [3]],
  ['the reporter is one', { reporter: Reporter.Src }, [2]],
  [
    'policies match by kind, enforced or pending',
    { policies: [{ kind: PolicyKind.StagedGlobalNetworkPolicy }] },
    [4],
  ],
  ['no policy at all is the kind Profile', { policies: [{ kind: PolicyKind.Profile }] }, [2]],
  [
    'a policy match must hold for one hit',
    { policies: [{ tier: { value: 'security' }, name: { value: 'trial' } }] },
    [],
  ],
  [
    'policy matches are alternatives',
    { policies: [{ name: { value: 'block' } }, { name: { value: 'trial-all' } }] },
    [3, 4],
  ],
  ['an empty name is any', { policies: [{ name: { value: '' }, tier: { value: 'security' } }] }, [3]],
  ['policy names match by parts', { policies: [{ name: { value: 'tria', type: Fuzzy } }] }, [3, 4]],
  ['the action is that of the hit', { policies: [{ name: { value: 'block' }, action: Action.Deny }] }, []],
  ['an end of tier is found as such', { policies: [{ kind: PolicyKind.EndOfTier }] }, [3]],
  [
    'an end of tier is found by its trigger, so that what is hinted matches',
    { policies: [{ kind: PolicyKind.CalicoNetworkPolicy, name: { value: 'guard' }, action: Action.Deny }] },
    [3],
  ],
];

describe('Goldmane’s filter', () => {
  it.each(CASES)('%s', async (_behaviour, filter, expected) => {
    expect(await ports(filter)).toEqual(expected);
  });
});

describe('Flows.FilterHints', () => {
  it('offers each name once, in order, as flows have it', async () => {
    expect(await hints(FilterType.FilterTypeSourceName)).toEqual(['Web-2', 'job', 'scraper-*', 'web-*']);
    expect(await hints(FilterType.FilterTypeDestName)).toEqual(['cache', 'db-0', 'pub', 'pvt']);
  });

  it('offers namespaces, a dash for what has none', async () => {
    expect(await hints(FilterType.FilterTypeDestNamespace)).toEqual(['-', 'data']);
    expect(await hints(FilterType.FilterTypeSourceNamespace)).toEqual(['Global', 'shop', 'shop-eu', 'tools']);
  });

  it('offers policies by their triggers, and no profiles', async () => {
    expect(await hints(FilterType.FilterTypePolicyName)).toEqual([
      'allow-web',
      'block',
      'guard',
      'trial',
      'trial-all',
    ]);
    expect(await hints(FilterType.FilterTypePolicyTier)).toEqual(['default', 'security']);
    expect(await hints(FilterType.FilterTypePolicyNamespace)).toEqual(['', 'data', 'tools']);
    expect(await hints(FilterType.FilterTypePolicyKind)).toEqual([
      'CalicoNetworkPolicy',
      'GlobalNetworkPolicy',
      'StagedGlobalNetworkPolicy',
      'StagedNetworkPolicy',
    ]);
  });

  it('offers all values of the flows that the filter chooses, also those that it did not choose by', async () => {
    expect(
      await hints(FilterType.FilterTypePolicyName, { policies: [{ name: { value: 'guard' } }] }),
    ).toEqual(['block', 'guard', 'trial']);
  });

  it('offers nothing that then finds no flow', async () => {
    for (const name of await hints(FilterType.FilterTypePolicyName)) {
      expect(await ports({ policies: [{ name: { value: name, type: Exact } }] }), name).not.toEqual([]);
    }
    for (const kind of await hints(FilterType.FilterTypePolicyKind)) {
      const number = PolicyKind[kind as keyof typeof PolicyKind];
      expect(await ports({ policies: [{ kind: number }] }), kind).not.toEqual([]);
    }
  });

  it('comes in pages', async () => {
    const page = await test.calls.hints({ type: FilterType.FilterTypeSourceName, pageSize: 3n, page: 1n });
    expect(page.hints.map(({ value }) => value)).toEqual(['web-*']);
    expect(page.meta).toMatchObject({ totalPages: 2n, totalResults: 4n });
  });

  it('looks at a range of time when one is given', async () => {
    const answer = await test.calls.hints({
      type: FilterType.FilterTypeSourceName,
      startTimeGte: -600n,
      startTimeLt: -300n,
    });
    expect(answer.hints).toEqual([]);
    expect(answer.meta).toMatchObject({ totalPages: 0n, totalResults: 0n });
  });

  it('answers a type it does not know, and none, with INVALID_ARGUMENT', async () => {
    for (const type of [FilterType.FilterTypeUnspecified, 99]) {
      const answer = await failure(test.calls.hints({ type }));
      expect(answer?.status).toBe(GrpcStatus.invalidArgument);
      expect(answer?.message).toContain('type');
    }
  });
});
