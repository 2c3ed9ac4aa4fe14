import { type Policy, PolicyEditError } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { editWorld } from './edit-world.js';
import { rulebookOf } from './rulebook.js';
import { SCENARIOS } from './scenarios.js';
import { calicoPolicy } from './write-policy.js';

const { world } = SCENARIOS['online-shop'];

const OPEN: Policy = calicoPolicy({
  kind: 'CalicoNetworkPolicy',
  namespace: 'payments',
  name: 'open-ledger',
  tier: 'security',
  order: 50,
  selector: "app == 'ledger'",
  ingress: [{ action: 'allow' }],
});

describe('an edited world', () => {
  it('has the policies and tiers as edited, and the one given stays', () => {
    const after = editWorld(world, [
      { op: 'put', policy: OPEN },
      { op: 'remove', policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'deny-all' } },
      { op: 'put-tier', tier: { name: 'lab', order: 5, defaultAction: 'pass' } },
    ]);
    expect(after.policies).toContain(OPEN);
    expect(after.policies.some(({ name }) => name === 'deny-all')).toBe(false);
    expect(after.tiers.map(({ name }) => name)).toContain('lab');
    expect(world.policies.some(({ name }) => name === 'deny-all')).toBe(true);
  });

  it('labels the pods of a workload, by whatever name flows give it, and a namespace', () => {
    for (const workload of ['ledger', 'ledger-*', 'ledger-7f6d8c9b45-*']) {
      const after = editWorld(world, [
        { op: 'label', namespace: 'payments', workload, labels: { quarantine: 'true' } },
      ]);
      const pods = rulebookOf(after).cluster.pods.filter(({ labels }) => labels.quarantine === 'true');
      expect(pods.map(({ generateName }) => generateName)).toEqual([
        'ledger-7f6d8c9b45-',
        'ledger-7f6d8c9b45-',
      ]);
    }
    const after = editWorld(world, [
      { op: 'label', namespace: 'data', workload: '', labels: { scope: 'in' } },
    ]);
    expect(after.namespaces.find(({ name }) => name === 'data')?.labels).toMatchObject({
      scope: 'in',
      team: 'data',
    });
  });

  it('takes network sets, in place of one by the same name', () => {
    const set = {
      namespace: 'payments',
      name: 'bank-gateways',
      labels: { role: 'bank' },
      nets: ['192.0.2.0/24'],
    };
    const other = { namespace: '', name: 'partners', labels: {}, nets: ['203.0.113.0/24'] };
    const after = editWorld(world, [
      { op: 'put-network-set', set: other },
      { op: 'put-network-set', set },
    ]);
    expect(rulebookOf(after).cluster.networkSets).toEqual([set, other]);
  });

  it('refuses what is not there, with what is', () => {
    const label = (namespace: string, workload: string) => () =>
      editWorld(world, [{ op: 'label', namespace, workload, labels: { a: 'b' } }]);
    expect(label('payments', 'nobody')).toThrow(/there is ledger, card-vault, reconciler/);
    expect(label('nowhere', 'ledger')).toThrow(/there is no namespace nowhere/);
    expect(label('nowhere', '')).toThrow(PolicyEditError);
    expect(() =>
      editWorld(world, [{ op: 'remove', policy: { kind: 'GlobalNetworkPolicy', namespace: '', name: 'x' } }]),
    ).toThrow(PolicyEditError);
  });
});
