import { create } from '@bufbuild/protobuf';
import {
  compileFilter,
  EVERYTHING,
  type Filter,
  type Flow,
  type FlowKey,
  foldFlows,
  groupKeyOf,
  millis,
  NO_EVIDENCE,
  type PolicyHit,
  type PolicyRef,
  parseFilter,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as wire from '../gen/goldmane_pb.js';
import { goldmaneMatcher } from './match-filter.js';
import { filterFromGoldmane } from './read-filter.js';
import { wireFilters } from './test-arbitraries.js';
import { filterToGoldmane } from './write-filter.js';

const namespace = fc.constantFrom('', 'shop', 'Global', 'kube-system');
const end = fc.record({
  kind: fc.constantFrom('workload', 'network'),
  namespace,
  name: fc.constantFrom('frontend-*', 'frontend', 'DB-0', 'pub', 'pvt'),
  address: fc.constant(''),
});
const policy = fc.record({
  kind: fc.constantFrom('CalicoNetworkPolicy', 'GlobalNetworkPolicy', 'NetworkPolicy'),
  namespace,
  name: fc.constantFrom('allow-dns', 'deny-all'),
});
const hit: fc.Arbitrary<PolicyHit> = fc
  .record({
    policy,
    isEnd: fc.boolean(),
    tier: fc.constantFrom('default', 'security'),
    action: fc.constantFrom('allow', 'deny', 'pass'),
  })
  .map(({ policy: said, isEnd, tier, action }) => {
    const trigger: PolicyRef = { ...said, tier };
    const place = { action, policyIndex: 0, ruleIndex: isEnd ? -1 : 0 };
    return isEnd
      ? { kind: 'EndOfTier', namespace: '', name: '', tier, ...place, trigger }
      : { ...trigger, ...place, trigger: null };
  });
const keys: fc.Arbitrary<FlowKey> = fc.record({
  source: end,
  dest: end,
  port: fc.constantFrom(0, 53, 443),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp6'),
  service: fc.constant(null),
  reporter: fc.constantFrom('src', 'dst', 'fwd'),
  verdict: fc.constantFrom('allow', 'deny', 'unknown'),
  trace: fc.record({ enforced: fc.array(hit, { maxLength: 2 }), pending: fc.array(hit, { maxLength: 2 }) }),
});

const BASE: FlowKey = {
  source: { kind: 'workload', namespace: 'shop', name: 'frontend-*', address: '' },
  dest: { kind: 'network', namespace: '', name: 'pub', address: '' },
  port: 443,
  protocol: 'tcp',
  service: null,
  reporter: 'src',
  verdict: 'deny',
  trace: {
    enforced: [
      {
        kind: 'EndOfTier',
        namespace: '',
        name: '',
        tier: 'security',
        action: 'deny',
        policyIndex: 0,
        ruleIndex: -1,
        trigger: { kind: 'NetworkPolicy', namespace: 'shop', name: 'ledger', tier: 'security' },
      },
    ],
    pending: [
      {
        kind: 'StagedNetworkPolicy',
        namespace: 'shop',
        name: 'next',
        tier: 'default',
        action: 'allow',
        policyIndex: 0,
        ruleIndex: 1,
        trigger: null,
      },
    ],
  },
};

function flowOf(key: FlowKey): Flow {
  return {
    id: 1,
    key,
    counters: UNKNOWN_COUNTERS,
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
    firstSeen: millis(0),
    lastSeen: millis(0),
  };
}

function matches(filter: Parameters<typeof create<typeof wire.FilterSchema>>[1], key = BASE): boolean {
  return goldmaneMatcher(create(wire.FilterSchema, filter))({ key });
}

function ours(filter: Filter, key: FlowKey): boolean {
  return compileFilter(filter)(foldFlows(1, groupKeyOf(key, 'flow'), [flowOf(key)]), millis(0));
}

const exact = (value: string) => ({ value, type: wire.MatchType.Exact });
const fuzzy = (value: string) => ({ value, type: wire.MatchType.Fuzzy });

describe('a Goldmane filter', () => {
  it.each([
    ['nothing asked', {}, true],
    ['the exact name', { sourceNames: [exact('frontend-*')] }, true],
    ['a part of the name, exact', { sourceNames: [exact('frontend')] }, false],
    ['a part of the name, fuzzy', { sourceNames: [fuzzy('ront')] }, true],
    ['another case, fuzzy', { sourceNames: [fuzzy('Front')] }, false],
    ['alternatives in a field', { sourceNames: [exact('x'), fuzzy('end')] }, true],
    ['two fields that match', { sourceNames: [fuzzy('end')], protocols: [exact('tcp')] }, true],
    ['two fields of which one matches', { sourceNames: [fuzzy('end')], protocols: [exact('udp')] }, false],
    ['a network by what users call it', { destNames: [exact('PUBLIC NETWORK')] }, true],
    ['a network by a part of that', { destNames: [fuzzy('PUBLIC')] }, true],
    ['the other network', { destNames: [exact('PRIVATE NETWORK')] }, false],
    ['no namespace', { destNamespaces: [exact('-')] }, true],
    ['an empty namespace, exact', { destNamespaces: [exact('')] }, false],
    ['an empty namespace, fuzzy', { destNamespaces: [fuzzy('')] }, true],
    ['the port', { destPorts: [{ port: 80n }, { port: 443n }] }, true],
    ['another port', { destPorts: [{ port: 80n }] }, false],
    ['the action', { actions: [wire.Action.Allow, wire.Action.Deny] }, true],
    ['another action', { actions: [wire.Action.Allow] }, false],
    ['the action of a pending hit', { pendingActions: [wire.Action.Allow] }, true],
    ['an action only enforced', { pendingActions: [wire.Action.Deny] }, false],
    ['the reporter', { reporter: wire.Reporter.Src }, true],
    ['the other reporter', { reporter: wire.Reporter.Dst }, false],
    ['a pending policy', { policies: [{ name: exact('next') }] }, true],
    ['a policy, fuzzy', { policies: [{ name: fuzzy('nex') }] }, true],
    [
      'kind and name of one hit',
      { policies: [{ kind: 3, name: exact('next'), tier: exact('default') }] },
      true,
    ],
    [
      'name of one hit, tier of another',
      { policies: [{ name: exact('next'), tier: exact('security') }] },
      false,
    ],
    ['what an end of tier is put down to', { policies: [{ kind: 6, name: exact('ledger') }] }, true],
    ['the end of tier itself', { policies: [{ kind: wire.PolicyKind.EndOfTier }] }, true],
    ['that, by its tier and action', { policies: [{ tier: exact('security'), action: 2 }] }, true],
    ['a trigger with another action', { policies: [{ name: exact('ledger'), action: 1 }] }, false],
    ['alternatives among policies', { policies: [{ name: exact('x') }, { name: exact('ledger') }] }, true],
    ['a policy match that asks for nothing', { policies: [{ name: exact('') }] }, true],
  ])('%s', (_what, filter, wanted) => {
    expect(matches(filter)).toBe(wanted);
  });

  it('takes a namespace called Global for none, and not the other way round', () => {
    const named = { ...BASE, source: { ...BASE.source, namespace: 'Global' } };
    expect(matches({ sourceNamespaces: [exact('-')] }, named)).toBe(true);
    expect(matches({ destNamespaces: [exact('Global')] })).toBe(false);
  });

  it('matches all when there is none', () => {
    expect(goldmaneMatcher(undefined)({ key: BASE })).toBe(true);
  });
});

describe('filterFromGoldmane', () => {
  it('lets through what Goldmane does, and no more where it says so', () => {
    fc.assert(
      fc.property(wireFilters, keys, (filter, key) => {
        const read = filterFromGoldmane(filter);
        const wanted = goldmaneMatcher(filter)({ key });
        const got = ours(read.filter, key);
        if (wanted || read.exact) expect(got).toBe(wanted);
      }),
      { numRuns: 5_000 },
    );
  });

  it('says plain filters exactly', () => {
    const filter = create(wire.FilterSchema, {
      sourceNames: [exact('frontend-*')],
      destNamespaces: [exact('shop')],
      policies: [{ tier: exact('default') }],
      reporter: 1,
    });
    expect(filterFromGoldmane(filter).exact).toBe(true);
  });
});

const clauses: fc.Arbitrary<Filter> = fc.constantFrom(
  ...[
    'source.name=frontend',
    'source.workload=frontend',
    'dest.name=pub,DB-0',
    'dest.name="PUBLIC NETWORK"',
    'source.namespace=shop',
    'dest.namespace=""',
    'dest.namespace=Global,shop',
    'dest.namespace="-"',
    'protocol=tcp',
    'port=443,53',
    'verdict=deny',
    'verdict=unknown,allow',
    'reporter=src',
    'reporter=fwd',
    'reporter=src,dst',
    'policy=allow-dns',
    'policy=""',
    'policy.tier=security',
    'policy.kind=NetworkPolicy',
    'policy.kind=EndOfTier',
    'policy.namespace=shop',
    'namespace=shop',
    'source.name~FRONT',
    'source.name!=frontend',
    'not port=53',
    'port=53 or port=443',
    'frontend',
    'bytes>10kB',
  ].map((text) => parseFilter(text)),
);

/** The policy matching of a Goldmane, which does not look at triggers. */
function inGoldmane(filter: wire.Filter, key: FlowKey): boolean {
  const blind = (hits: readonly PolicyHit[]) => hits.map((one) => ({ ...one, trigger: null }));
  const { enforced, pending } = key.trace;
  return goldmaneMatcher(filter)({
    key: { ...key, trace: { enforced: blind(enforced), pending: blind(pending) } },
  });
}

describe('filterToGoldmane', () => {
  it('asks for everything our filter matches, and for no more where it says so', () => {
    fc.assert(
      fc.property(fc.array(clauses, { maxLength: 3 }), keys, (nodes, key) => {
        const filter: Filter = { type: 'and', nodes };
        const asked = filterToGoldmane(filter);
        const wanted = ours(filter, key);
        const sent = asked.filter === undefined || inGoldmane(asked.filter, key);
        if (wanted || asked.exact) expect(sent).toBe(wanted);
      }),
      { numRuns: 5_000 },
    );
  });

  it('asks for nothing in particular when everything is wanted', () => {
    expect(filterToGoldmane(EVERYTHING)).toEqual({ filter: undefined, exact: true });
  });

  it('says plain filters exactly', () => {
    const asked = filterToGoldmane(
      parseFilter('source.name=frontend port=443 verdict=deny policy.tier=security'),
    );
    expect(asked.exact).toBe(true);
    expect(asked.filter?.destPorts).toMatchObject([{ port: 443n }]);
  });
});
