import { NO_EVIDENCE, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { seenConnection } from './seen-connection.js';
import { suggestFixes } from './smallest-fix.js';
import { type Call, lineOf, rulebookOf } from './testing/fix-scene.js';
import { CHECKOUT, fixesFor, kubernetes, PODS, shopFixes } from './testing/shop-scene.js';

describe('a Kubernetes policy', () => {
  const from = (app: string) =>
    `{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchLabels: {app: ${app}}}}`;

  it('gets one port more in the rule that names the peer alone', () => {
    const policy = kubernetes(
      'ledger',
      `{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [${from('checkoutservice')}], ports: [{port: 8080}, {port: 53, protocol: UDP}]}]}`,
    );
    const { diff } = shopFixes(policy).of('edit-rule');
    expect(diff.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
      '+        - protocol: TCP',
      '+          port: 8443',
    ]);
  });

  it('gets a protocol that none of its rules names', () => {
    const policy = kubernetes(
      'ledger',
      `{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [${from('checkoutservice')}], ports: [{port: 8443, protocol: UDP}]}]}`,
    );
    const { title, diff } = shopFixes(policy).of('edit-rule');
    expect(title).toBe('Let rule 1 of ledger accept tcp 8443 too');
    expect(diff.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
      '+        - protocol: TCP',
      '+          port: 8443',
    ]);
  });

  it('gives the port to no other peer of the rule', () => {
    const policy = kubernetes(
      'ledger',
      `{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [${from('frontend')}, ${from('checkoutservice')}], ports: [{port: 8080}]}]}`,
    );
    const { title, edits } = shopFixes(policy).of('edit-rule');
    expect(title).toBe('Let rule 1 of ledger accept tcp 8443 from checkoutservice in shop too');
    const [edit] = edits;
    if (edit?.op !== 'put') throw new Error('Nothing is put');
    expect(edit.policy.ingress.map(({ written, dest }) => [written, dest.ports.map((port) => port)])).toEqual(
      [
        [0, [{ from: 8080, to: 8080 }]],
        [
          1,
          [
            { from: 8080, to: 8080 },
            { from: 8443, to: 8443 },
          ],
        ],
      ],
    );
  });

  it('gets one peer more in the rule that names the port', () => {
    const policy = kubernetes(
      'ledger',
      `{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [${from('frontend')}], ports: [{port: 8443}, {port: 53, protocol: UDP}]}]}`,
    );
    const { title, diff } = shopFixes(policy).of('edit-rule');
    expect(title).toBe('Let rule 1 of ledger accept checkoutservice in shop too');
    expect(diff.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
      '+        - namespaceSelector:',
      '+            matchLabels:',
      '+              kubernetes.io/metadata.name: shop',
      '+          podSelector:',
      '+            matchLabels:',
      '+              app: checkoutservice',
    ]);
  });

  it('is changed alike where nobody counted its rules as they were written', () => {
    const read = rulebookOf(
      PODS +
        kubernetes(
          'ledger',
          `{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [${from('frontend')}], ports: [{port: 80}]}, {from: [${from('frontend')}], ports: [{port: 8443}]}]}`,
        ),
    );
    const made = {
      ...read,
      policies: read.policies.map((policy) => ({
        ...policy,
        ingress: policy.ingress.map(({ written: _, ...rule }) => rule),
      })),
    };
    const line = lineOf(made, CHECKOUT);
    expect(fixesFor(made, line).of('edit-rule').diff).toBe(fixesFor(read, line).of('edit-rule').diff);
  });

  it('lets in a workload that gets the label it asks for', () => {
    const policy = kubernetes(
      'ledger',
      '{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: storefront}}, podSelector: {matchLabels: {role: client}}}], ports: [{port: 8443}]}]}',
    );
    const { title, command, yaml, diff, caveats } = shopFixes(policy).of('add-label');
    expect(title).toBe('Give checkoutservice the label role=client that rule 1 of ledger asks for');
    expect(command).toBe('kubectl -n shop label pods -l app=checkoutservice role=client');
    expect(yaml).toBe('');
    expect(diff).toBe(`@@ -1,3 +1,4 @@
 labels:
   app: checkoutservice
+  role: client
   version: v2
`);
    expect(caveats[0]).toMatch(/rollout .* patch deployment checkoutservice --type merge/);
  });

  it('lets in a namespace that gets the label it asks for', () => {
    const policy = kubernetes(
      'ledger',
      '{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [{namespaceSelector: {matchLabels: {pci: "yes"}}, podSelector: {matchLabels: {app: checkoutservice}}}], ports: [{port: 8443}]}]}',
    );
    const { title, command } = shopFixes(policy).of('add-label');
    expect(title).toBe('Give namespace shop the label pci=yes that rule 1 of ledger asks for');
    expect(command).toBe('kubectl label namespace shop pci=yes');
  });

  it('never asks for a label that says which workload it is', () => {
    const policy = kubernetes(
      'ledger',
      `{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [${from('frontend')}], ports: [{port: 8443}]}]}`,
    );
    expect(shopFixes(policy).titles.filter((title) => title.startsWith('add-label'))).toEqual([]);
  });
});

describe('a call to the outside', () => {
  const outside: Call = {
    from: CHECKOUT.from,
    to: '192.0.2.7',
    port: 443,
    sourceLabels: CHECKOUT.sourceLabels ?? null,
    evidence: { ...NO_EVIDENCE, destIps: tallyOf(['192.0.2.7']) },
  };
  const found = shopFixes(
    `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: block-out}
spec:
  order: 10
  namespaceSelector: all()
  types: [Egress]
  egress:
    - {action: Allow, protocol: TCP, destination: {nets: [198.51.100.0/24]}}
    - {action: Log, destination: {nets: [192.0.2.0/24]}}
    - {action: Deny, destination: {nets: [192.0.2.0/24]}}
`,
    outside,
  );

  it('is allowed by its address, before what logs for the denial', () => {
    expect(found.of('add-rule').diff).toBe(`@@ -14,6 +14,16 @@
       destination:
         nets:
           - 198.51.100.0/24
+    - action: Allow
+      protocol: TCP
+      source:
+        namespaceSelector: projectcalico.org/name == "shop"
+        selector: app == "checkoutservice"
+      destination:
+        nets:
+          - 192.0.2.7/32
+        ports:
+          - 443
     - action: Log
       destination:
         nets:
`);
  });

  it('is one address more where addresses are allowed', () => {
    expect(found.of('edit-rule').diff).toMatch(/^\+ {10}- 192\.0\.2\.7\/32$/m);
  });

  it('comes before the policy that denies in a policy of its own', () => {
    const [edit] = found.of('new-policy').edits;
    expect(edit?.op === 'put' && [edit.policy.tier, edit.policy.order]).toEqual(['default', 9]);
  });

  it('cannot be named without an address', () => {
    const policy = kubernetes('closed', '{podSelector: {}, policyTypes: [Egress]}', 'shop');
    const rulebook = rulebookOf(PODS + policy);
    const line = lineOf(rulebook, { ...outside, to: '' });
    const pub = { kind: 'network', namespace: '', name: 'pub', address: '' } as const;
    const { fixes, notes } = suggestFixes(
      {
        ...seenConnection(line),
        dest: pub,
        flows: seenConnection(line).flows.map((flow) => ({ ...flow, evidence: NO_EVIDENCE })),
      },
      rulebook,
    );
    expect(fixes).toEqual([]);
    expect(notes.join(' ')).toMatch(/No address of the far end/);
  });
});
