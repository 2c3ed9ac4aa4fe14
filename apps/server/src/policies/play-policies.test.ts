import { millis } from '@vibrissa/model';
import {
  EMPTY_RULEBOOK,
  edited,
  type Policy,
  type PolicyEdit,
  type Rulebook,
  readResources,
} from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { KnownPolicies } from './known-policies.js';
import { PlayPolicies } from './play-policies.js';

const { policies: READ } = readResources([
  {
    name: 'x',
    text: '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny, namespace: shop }, spec: { podSelector: {} } }',
  },
]);
const DENY = READ[0] as Policy;
const NAME = { kind: DENY.kind, namespace: 'shop', name: 'deny' };

/** A play whose world is a rulebook, changed at moments that are noted. */
function setUp() {
  let time = 1_000;
  let world: Rulebook = EMPTY_RULEBOOK;
  const untouched = world;
  const changedAt: number[] = [];
  const policies = new KnownPolicies();
  const applier = new PlayPolicies<Rulebook>({
    scenario: 'lab',
    policies,
    play: {
      world: () => world,
      change(at, change) {
        world = change(world, untouched);
        changedAt.push(at);
      },
    },
    rulebookOf: (book) => book,
    edit: edited,
    now: () => millis(time),
  });
  return {
    applier,
    policies,
    changedAt,
    goTo: (at: number) => {
      time = at;
    },
    become: (book: Rulebook) => {
      world = book;
    },
  };
}

describe('the policies of a play', () => {
  it('follow what happens in it, and are told once', () => {
    const { applier, policies, become } = setUp();
    const { version } = policies;
    applier.tick();
    expect(policies.version).toBe(version);
    become({ ...EMPTY_RULEBOOK, policies: [DENY] });
    applier.tick();
    applier.tick();
    expect(policies.version).toBe(version + 1);
    expect(policies.rulebook.policies).toEqual([DENY]);
  });

  it('say what was done to them, in the order of time though the clock goes back', () => {
    const { applier, changedAt, goTo } = setUp();
    const put: PolicyEdit = { op: 'put', policy: DENY };
    expect(applier.apply([put])).toEqual(['NetworkPolicy shop/deny was added']);
    goTo(400);
    expect(applier.apply([put, { op: 'remove', policy: NAME }])).toEqual([
      'NetworkPolicy shop/deny was replaced',
      'NetworkPolicy shop/deny was removed',
    ]);
    expect(
      applier.apply([
        { op: 'put-tier', tier: { name: 'lab', order: 1, defaultAction: 'deny' } },
        { op: 'put-network-set', set: { namespace: '', name: 'all', labels: {}, nets: [] } },
        { op: 'put-network-set', set: { namespace: 'shop', name: 'some', labels: {}, nets: [] } },
        { op: 'label', namespace: 'shop', workload: 'web', labels: { a: 'b', c: 'd' } },
        { op: 'label', namespace: 'shop', workload: '', labels: { e: 'f' } },
      ]),
    ).toEqual([
      'Tier lab was put',
      'GlobalNetworkSet all was put',
      'NetworkSet shop/some was put',
      'shop/web was labelled a=b, c=d',
      'Namespace shop was labelled e=f',
    ]);
    expect(changedAt).toEqual([1_000, 1_000, 1_000]);
  });

  it('are taken back all at once, and nothing twice', () => {
    const { applier, policies } = setUp();
    expect([applier.canReset, applier.reset()]).toEqual([false, []]);
    applier.apply([
      { op: 'put', policy: DENY },
      { op: 'put-tier', tier: { name: 'lab', order: 1, defaultAction: 'deny' } },
    ]);
    expect([applier.canReset, applier.reset()]).toEqual([true, ['2 changes were taken back']]);
    expect(policies.isKnown).toBe(false);
    expect([applier.canReset, applier.reset()]).toEqual([false, []]);
  });

  it('stay as they are where one of several edits cannot be made', () => {
    const { applier, policies } = setUp();
    expect(() =>
      applier.apply([
        { op: 'put', policy: DENY },
        { op: 'enforce', policy: NAME },
      ]),
    ).toThrow(/not staged/);
    expect([policies.isKnown, applier.canReset]).toEqual([false, false]);
  });

  it('come to an end, which is said, and can be taken back then too', () => {
    const { applier } = setUp();
    const put: PolicyEdit = { op: 'put', policy: DENY };
    for (let change = 0; change < 1_000; change++) applier.apply([put]);
    expect(() => applier.apply([put])).toThrow(/1000 changes were applied already: restart/);
    expect(applier.reset()).toEqual(['1000 changes were taken back']);
  });
});
