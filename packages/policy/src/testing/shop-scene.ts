import type { FlowGroup } from '@vibrissa/model';
import type { Fix, FixKind } from '../fix.js';
import type { Rulebook } from '../rulebook.js';
import { seenConnection } from '../seen-connection.js';
import { suggestFixes } from '../smallest-fix.js';
import { type Call, lineOf, rulebookOf } from './fix-scene.js';

export const PODS = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: storefront}}
---
apiVersion: v1
kind: Namespace
metadata: {name: payments}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkoutservice, namespace: shop}
spec: {template: {metadata: {labels: {app: checkoutservice, version: v2}}, spec: {}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: frontend, namespace: shop}
spec: {template: {metadata: {labels: {app: frontend}}, spec: {}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger, namespace: payments}
spec: {template: {metadata: {labels: {app: ledger}}, spec: {}}}
---
`;

/** The part of the demo shop that denies the checkout. */
export const SHOP = `${PODS}
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 200, defaultAction: Deny}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: ledger-access, namespace: payments}
spec:
  tier: security
  order: 100
  selector: app == 'ledger'
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: {selector: app == 'checkoutservice', namespaceSelector: projectcalico.org/name == 'shop'}
      destination: {ports: [8080]}
    - action: Allow
      protocol: TCP
      source: {selector: app == 'reconciler'}
      destination: {ports: [8080]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: default-deny, namespace: payments}
spec: {tier: security, order: 1000, selector: all(), types: [Ingress]}
`;

export const CHECKOUT: Call = {
  from: 'shop/checkoutservice-b5d8f7c69-*',
  to: 'payments/ledger-7f6d8c9b45-*',
  port: 8443,
  sourceLabels: ['app=checkoutservice', 'pod-template-hash=b5d8f7c69', 'version=v2'],
  destLabels: ['app=ledger', 'pod-template-hash=7f6d8c9b45'],
};

/** What is found for a line, to be asked by kind. */
export function fixesFor(rulebook: Rulebook, line: FlowGroup) {
  const { fixes, notes } = suggestFixes(seenConnection(line), rulebook);
  const of = (kind: FixKind): Fix => {
    const fix = fixes.find((one) => one.kind === kind);
    if (fix === undefined) throw new Error(`No ${kind} among ${fixes.map(({ title }) => title).join('; ')}`);
    return fix;
  };
  return { fixes, notes, of, titles: fixes.map(({ kind, title }) => `${kind}: ${title}`) };
}

/** The same for the checkout under these policies alone. */
export function shopFixes(policies: string, call: Call = CHECKOUT) {
  const rulebook = rulebookOf(PODS + policies);
  return fixesFor(rulebook, lineOf(rulebook, call));
}

/** A Kubernetes policy in one line. */
export function kubernetes(name: string, spec: string, namespace = 'payments'): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`;
}
