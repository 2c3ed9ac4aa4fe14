import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { KUBE_RESOURCES, missingRule, pathOf, resourceText } from './kube-resources.js';

const FOLDER = new URL('../../../../deploy/kubernetes/', import.meta.url);

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Readonly<Record<'apiGroups' | 'resources' | 'verbs', readonly string[]>>[];
}

describe('what is asked of the Kubernetes API', () => {
  it.each(['with-calico.yaml', 'with-cilium.yaml', 'with-neither.yaml'])(
    'is what %s lets it read',
    (file) => {
      const documents = parseAllDocuments(readFileSync(new URL(file, FOLDER), 'utf8'));
      // Only the role is looked at, which has this form.
      const roles = documents.map((document) => document.toJS() as Role);
      const role = roles.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'vibrissa');
      const rights = (role?.rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((group) => resources.map((resource) => `${group} ${resource} ${verbs.join()}`)),
      );
      const needed = KUBE_RESOURCES.flat().map(({ group, resource }) => `${group} ${resource} list,watch`);
      expect([...rights].sort()).toEqual([...needed].sort());
    },
  );

  it('is named as kubectl and RBAC do', () => {
    const [namespaces] = KUBE_RESOURCES.flat();
    const policies = KUBE_RESOURCES.flat().find(({ group }) => group === 'networking.k8s.io');
    if (namespaces === undefined || policies === undefined) throw new Error('they are asked for');
    expect([namespaces, policies].map(pathOf)).toEqual([
      '/api/v1/namespaces',
      '/apis/networking.k8s.io/v1/networkpolicies',
    ]);
    expect([namespaces, policies].map(resourceText)).toEqual([
      'namespaces',
      'networkpolicies.networking.k8s.io',
    ]);
    expect(missingRule(policies)).toBe(
      '- { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] }',
    );
  });
});
