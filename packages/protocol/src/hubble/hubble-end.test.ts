import { describe, expect, it } from 'vitest';
import { convert, DB, WEB, WORLD } from './test-flows.js';

function dest(change: Readonly<Record<string, unknown>>, flow: Readonly<Record<string, unknown>> = {}) {
  return convert({ destination: change, ...flow }).key.dest;
}

describe('what pods are called', () => {
  it.each([
    ['web-7d9f5c8b6d-x2x4z', 'Deployment', 'web-7d9f5c8b6d-*'],
    ['node-local-dns-88zrp', 'DaemonSet', 'node-local-dns-*'],
    ['backup-28412345-kq2m5', 'Job', 'backup-28412345-*'],
    ['db-0', 'StatefulSet', 'db-0'],
    ['db-bcdfg', 'StatefulSet', 'db-bcdfg'],
    ['xwing', 'Pod', 'xwing'],
    ['ci-angular2-mxr1q', '', 'ci-angular2-mxr1q'],
    [`${'n'.repeat(58)}x2x4z`, 'ReplicaSet', `${'n'.repeat(58)}*`],
  ])('%s of a %s is %s', (pod, kind, name) => {
    const workloads = kind === '' ? [] : [{ name: 'any', kind }];
    expect(dest({ namespace: 'a', pod_name: pod, workloads })).toEqual({
      kind: 'workload',
      namespace: 'a',
      name,
      address: '',
    });
  });

  it('goes by workload, label or identity where no pod is told', () => {
    const labels = ['k8s:app=cart', 'k8s:io.kubernetes.pod.namespace=shop'];
    const named = { kind: 'workload', namespace: 'shop', address: '' };
    expect(dest({ identity: 3418, labels })).toEqual({ ...named, name: 'cart' });
    expect(dest({ identity: 3418, labels: [...labels, 'k8s:k8s-app=dns'] })).toEqual({
      ...named,
      name: 'dns',
    });
    expect(dest({ identity: 3418, labels, workloads: [{ name: 'carts', kind: 'Deployment' }] }).name).toBe(
      'carts',
    );
    expect(dest({ identity: 3418 })).toEqual({ ...named, namespace: '', name: 'identity-3418' });
  });
});

describe('what is no pod', () => {
  it.each([
    [{ identity: 1, labels: ['reserved:host'] }, 'host'],
    [{ identity: 1, labels: ['reserved:host', 'reserved:remote-node'] }, 'host'],
    [{ identity: 3 }, 'unmanaged'],
    [{ identity: 4 }, 'health'],
    [{ identity: 5 }, 'init'],
    [{ identity: 6 }, 'remote-node'],
    [{ identity: 7, labels: ['reserved:kube-apiserver', 'reserved:remote-node'] }, 'kube-apiserver'],
    [{ identity: 8 }, 'ingress'],
    [{ identity: 11 }, 'remote-node'],
    [{ identity: 16_777_217, labels: ['reserved:kube-apiserver', 'reserved:world'] }, 'kube-apiserver'],
    [{ identity: 33_554_433 }, 'remote-node'],
  ])('%j is %s', (told, name) => {
    expect(dest(told)).toEqual({ kind: 'network', namespace: '', name, address: '' });
  });

  it.each([
    ['140.82.121.4', [], 'pub', '140.82.121.4'],
    ['140.82.121.4', ['github.com.'], 'pub', 'github.com'],
    ['140.82.121.4', ['github.com', 'api.github.com'], 'pub', '140.82.121.4'],
    ['10.1.2.3', [], 'pvt', '10.1.2.3'],
    ['2001:0db8::0001', [], 'pub', '2001:db8::1'],
    ['ff02::2', [], 'pvt', 'ff02::2'],
    ['224.0.0.18', [], 'pvt', '224.0.0.18'],
    ['not an address', [], 'pub', ''],
  ])('%s called %j is %s at %s', (destination, names, name, address) => {
    const flow = { IP: { source: '10.0.0.1', destination }, destination_names: names };
    for (const told of [
      WORLD,
      { identity: 9 },
      {},
      { identity: 16_777_300, labels: ['cidr:140.82.0.0/16'] },
    ]) {
      expect(dest(told, flow)).toEqual({ kind: 'network', namespace: '', name, address });
    }
  });

  it('is not told apart by its address as a source', () => {
    const { key, evidence } = convert({
      source: WORLD,
      destination: DB,
      IP: { source: '192.0.2.1', destination: '10.0.0.2' },
    });
    expect(key.source).toEqual({ kind: 'network', namespace: '', name: 'pub', address: '' });
    expect(evidence.sourceIps.kept).toEqual([['192.0.2.1', 1]]);
  });
});

it('keeps labels that a pod or an address has, and none of Cilium’s own', () => {
  const labels = (told: readonly string[]) => convert({ source: { ...WEB, labels: told } }).sourceLabels;
  expect(
    labels([
      'k8s:version=v1',
      'k8s:app=web',
      'k8s:canary',
      'k8s:io.kubernetes.pod.namespace=shop',
      'k8s:io.cilium.k8s.policy.cluster=default',
      'k8s:io.cilium.k8s.namespace.labels.team=a',
      'container:tier=front',
      'reserved:world',
    ]),
  ).toEqual(['app=web', 'canary=', 'tier=front', 'version=v1']);
  expect(labels(['cidr:140.82.0.0/16', 'fqdn:*.github.com', 'cidr:fd00--0/8'])).toEqual([
    'cidr=140.82.0.0/16',
    'cidr=fd00::0/8',
    'fqdn=*.github.com',
  ]);
  expect(labels(['reserved:world'])).toBeNull();
});
