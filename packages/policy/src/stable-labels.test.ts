import { describe, expect, it } from 'vitest';
import { stableLabels } from './stable-labels.js';

describe('stableLabels', () => {
  it.each([
    [['app=web', 'pod-template-hash=abc', 'version=v2'], { app: 'web' }],
    [
      ['app=web', 'app.kubernetes.io/name=shop', 'app.kubernetes.io/component=web'],
      { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/component': 'web' },
    ],
    [['k8s-app=kube-dns'], { 'k8s-app': 'kube-dns' }],
    [['role=db', 'statefulset.kubernetes.io/pod-name=db-0', 'team=data'], { role: 'db', team: 'data' }],
    [['projectcalico.org/namespace=shop', 'controller-revision-hash=1'], null],
    [[`app=x' || all() || '`, 'app"=x', 'tier=web'], { tier: 'web' }],
    [['role=db', 'vibrissa.io/quarantine=true'], { role: 'db' }],
    [[], null],
    [null, null],
  ])('of %j are %j', (labels, expected) => {
    expect(stableLabels(labels)).toEqual(expected);
  });
});
