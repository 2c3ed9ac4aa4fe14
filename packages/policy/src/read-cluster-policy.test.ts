import { describe, expect, it } from 'vitest';
import type { ReadOptions } from './read-resources.js';
import { read } from './test-read.js';

describe('policies for the whole cluster', () => {
  const cluster = (rule: string, options: ReadOptions = {}) =>
    read(
      `apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: c}\nspec:\n  tier: Admin\n  priority: 7\n  subject: {namespaces: {}}\n  egress:\n  - ${rule}\n`,
      options,
    ).policies[0];

  it('go to the tier of administrators or of the baseline, by priority', () => {
    const found = cluster(
      '{action: Accept, to: [{networks: [192.0.2.0/24]}], protocols: [{tcp: {destinationPort: {number: 443}}}]}',
    );
    expect(found).toMatchObject({
      tier: 'kube-admin',
      order: 7,
      types: ['egress'],
      kind: 'ClusterNetworkPolicy',
    });
    expect(found?.egress).toMatchObject([
      { action: 'allow', protocol: 'tcp', dest: { nets: ['192.0.2.0/24'] } },
    ]);
  });

  it('fail closed where Calico has no word for a peer, or mean what the API says', () => {
    expect(cluster('{action: Deny, to: [{nodes: {}}, {namespaces: {}}]}')?.egress).toMatchObject([
      { action: 'deny', dest: { selector: null, namespaceSelector: null } },
    ]);
    expect(cluster('{action: Accept, to: [{nodes: {}}]}')?.egress).toEqual([]);
    expect(
      cluster('{action: Accept, to: [{nodes: {}}]}', { foreignPeers: 'as-specified' })?.egress,
    ).toMatchObject([{ action: 'allow', dest: { namespaceSelector: { op: 'global' } } }]);
  });
});
