import { EMPTY_CLUSTER, EMPTY_RULEBOOK } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { knownNames } from './known-names.js';

const TEMPLATE = { serviceAccount: '', ports: [], hostNetwork: false };

describe('knownNames', () => {
  it('offers names sorted and once, the tiers that every cluster has too', () => {
    const names = knownNames({
      ...EMPTY_RULEBOOK,
      tiers: [{ name: 'security', order: 1, defaultAction: 'deny' }],
      cluster: {
        ...EMPTY_CLUSTER,
        namespaces: [{ name: 'shop', labels: { team: 'red' } }],
        workloads: [
          { ...TEMPLATE, kind: 'Deployment', namespace: 'shop', name: 'web', labels: { app: 'web' } },
          { ...TEMPLATE, kind: 'Deployment', namespace: 'apps', name: 'cart', labels: { app: 'cart' } },
        ],
      },
    });
    expect(names.namespaces).toEqual(['apps', 'shop']);
    expect(names.tiers).toEqual(['default', 'kube-admin', 'kube-baseline', 'security']);
    expect(names.podLabels).toEqual({ app: ['cart', 'web'] });
    expect(names.namespaceLabels).toEqual({ team: ['red'] });
  });

  it('leaves out labels that nobody can select by, and what nobody would look through', () => {
    const labels = {
      'pod-template-hash': 'x',
      'job-name': 'y',
      ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${at}`, 'v'])),
    };
    const pods = Array.from({ length: 300 }, (_, at) => ({
      ...TEMPLATE,
      namespace: 'shop',
      name: `p${at}`,
      labels: { ...labels, k0: `v${at}` },
      ips: [],
      node: '',
      generateName: '',
      owner: null,
    }));
    const { podLabels } = knownNames({ ...EMPTY_RULEBOOK, cluster: { ...EMPTY_CLUSTER, pods } });
    expect(Object.keys(podLabels)).toHaveLength(200);
    expect(Object.keys(podLabels)).not.toContain('pod-template-hash');
    expect(podLabels.k0).toHaveLength(200);
  });
});
