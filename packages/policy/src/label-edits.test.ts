import { type Endpoint, NO_EVIDENCE } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { connectionOf, type ObservedFlow } from './evaluate-flow.js';
import { labelledCluster, withLabels } from './label-edits.js';
import { edited, type PolicyEdit } from './policy-edit.js';
import { EMPTY_RULEBOOK, engineOf } from './rulebook.js';
import { read } from './test-read.js';

function workload(name: string, namespace = 'shop'): Endpoint {
  return { kind: 'workload', namespace, name, address: '' };
}

function flow(source: Endpoint, dest: Endpoint): ObservedFlow {
  return {
    key: { source, dest, port: 80, protocol: 'tcp' },
    sourceLabels: ['app=web', 'tier=old'],
    destLabels: null,
    evidence: NO_EVIDENCE,
  };
}

function label(name: string, labels: Readonly<Record<string, string>>): PolicyEdit {
  return { op: 'label', namespace: 'shop', workload: name, labels };
}

describe('withLabels', () => {
  const seen = flow(workload('web-7d9f5c8b6d-*'), workload('db-*'));

  it.each(['web', 'web-*', 'web-7d9f5c8b6d-*'])('labels the ends of a workload that is called %s', (name) => {
    const found = withLabels(seen, [label(name, { role: 'client', tier: 'new' })]);
    expect(found.sourceLabels).toEqual(['app=web', 'role=client', 'tier=new']);
    expect(found.destLabels).toBeNull();
  });

  it('labels an end whose labels are not known', () => {
    expect(withLabels(seen, [label('db', { role: 'store' })]).destLabels).toEqual(['role=store']);
  });

  it('leaves others as they are', () => {
    const others: readonly PolicyEdit[] = [
      label('webshop', { a: 'b' }),
      { op: 'label', namespace: 'data', workload: 'web', labels: { a: 'b' } },
      label('', { a: 'b' }),
    ];
    expect(withLabels(seen, others)).toBe(seen);
    expect(withLabels(seen, [])).toBe(seen);
  });
});

describe('labelledCluster', () => {
  const cluster = read(`
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata:
  {name: web-7d9f5c8b6d-x2x4x, namespace: shop, generateName: web-7d9f5c8b6d-, labels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other, namespace: shop}
spec: {template: {metadata: {labels: {app: other}}, spec: {}}}
`).cluster;

  it('labels pods and templates', () => {
    const found = labelledCluster(cluster, [label('web', { role: 'client' })]);
    expect(found.pods.map(({ labels }) => labels)).toEqual([{ app: 'web', role: 'client' }]);
    expect(found.workloads.map(({ labels }) => labels)).toEqual([
      { app: 'web', role: 'client' },
      { app: 'other' },
    ]);
    expect(found.namespaces).toBe(cluster.namespaces);
  });

  it('labels a namespace when no workload is named', () => {
    const found = labelledCluster(cluster, [label('', { team: 'red' })]);
    expect(found.namespaces[0]?.labels).toMatchObject({ team: 'red' });
    expect(found.pods).toBe(cluster.pods);
  });

  it('makes the labels certain at the ends of flows, as part of an edited rulebook', () => {
    const edits = [label('web', { role: 'client' })];
    const { index } = engineOf(edited({ ...EMPTY_RULEBOOK, cluster }, edits));
    const seen = { ...flow(workload('web-7d9f5c8b6d-*'), workload('db-*')), sourceLabels: ['app=web'] };
    const { source } = connectionOf(withLabels(seen, edits), index);
    expect(source.labels?.get('role')).toBe('client');
    expect(source.unsure?.keys.has('role') ?? false).toBe(false);
  });
});
