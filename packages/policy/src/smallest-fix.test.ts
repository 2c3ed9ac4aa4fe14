import { describe, expect, it } from 'vitest';
import { seenConnection } from './seen-connection.js';
import { suggestFixes } from './smallest-fix.js';
import { deniedLine, lineOf, rulebookOf } from './testing/fix-scene.js';
import { CHECKOUT, fixesFor, kubernetes, PODS, SHOP, shopFixes } from './testing/shop-scene.js';

describe('the denied checkout of the demo shop', () => {
  const rulebook = rulebookOf(SHOP);
  const found = fixesFor(rulebook, lineOf(rulebook, CHECKOUT));

  it('is let through by four changes, all of them tried', () => {
    expect(found.notes).toEqual([]);
    expect(found.titles).toEqual([
      'edit-rule: Let rule 1 of ledger-access accept tcp 8443 too',
      'add-rule: Add a rule to ledger-access that lets checkoutservice in shop call ledger on tcp 8443',
      'add-rule: Add a rule to default-deny that lets checkoutservice in shop call ledger on tcp 8443',
      'new-policy: Let ledger accept tcp 8443 from checkoutservice in shop, in a policy of its own',
    ]);
    expect(found.fixes.map(({ allows }) => allows)).toEqual(['yes', 'yes', 'yes', 'yes']);
  });

  it('comes with the whole policy to apply and with what changes in it', () => {
    const { yaml, diff, command, caveats } = found.of('edit-rule');
    expect(yaml).toBe(`apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: ledger-access
  namespace: payments
spec:
  tier: security
  order: 100
  selector: app == "ledger"
  types:
    - Ingress
  ingress:
    - action: Allow
      protocol: TCP
      source:
        namespaceSelector: projectcalico.org/name == "shop"
        selector: app == "checkoutservice"
      destination:
        ports:
          - 8080
          - 8443
    - action: Allow
      protocol: TCP
      source:
        selector: app == "reconciler"
      destination:
        ports:
          - 8080
`);
    expect(diff).toBe(`@@ -18,6 +18,7 @@
       destination:
         ports:
           - 8080
+          - 8443
     - action: Allow
       protocol: TCP
       source:
`);
    expect(command).toBeNull();
    expect(caveats.join(' ')).toMatch(/Helm or a GitOps tool keeps ledger-access/);
  });

  it('is told of one workload where the policy is about a whole namespace', () => {
    expect(found.fixes[2]?.diff).toBe(`@@ -9,4 +9,13 @@
   selector: all()
   types:
     - Ingress
-  ingress: []
+  ingress:
+    - action: Allow
+      protocol: TCP
+      source:
+        namespaceSelector: projectcalico.org/name == "shop"
+        selector: app == "checkoutservice"
+      destination:
+        selector: app == "ledger"
+        ports:
+          - 8443
`);
  });

  it('shows all of a new policy as added', () => {
    const { yaml, diff } = found.of('new-policy');
    const lines = yaml.trimEnd().split('\n');
    expect(diff).toBe(`@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`);
    expect(yaml).toContain('name: security.allow-checkoutservice-to-ledger-8443\n');
  });
});

describe('a denial at both ends', () => {
  const { fixes } = shopFixes(
    kubernetes('deny-all', '{podSelector: {}, policyTypes: [Ingress]}') +
      kubernetes(
        'checkout-egress',
        '{podSelector: {matchLabels: {app: checkoutservice}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}',
        'shop',
      ),
  );

  it('is answered by a change at each', () => {
    expect(fixes.length).toBeGreaterThan(1);
    for (const { title, edits } of fixes) {
      expect(title).toMatch(/^Both ends deny it\. /);
      expect(edits.map((edit) => edit.op === 'put' && edit.policy.namespace).sort()).toEqual([
        'payments',
        'shop',
      ]);
    }
  });

  it('says of each part of the diff whose it is', () => {
    expect(fixes[0]?.diff).toMatch(/^@@ .* @@ NetworkPolicy shop\/checkout-egress$/m);
    expect(fixes[0]?.diff).toMatch(/^@@ .* @@ NetworkPolicy payments\/deny-all$/m);
  });

  it('is answered in one policy where that governs both', () => {
    const { fixes: both } = shopFixes(`
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: closed}
spec: {order: 5, namespaceSelector: all(), types: [Ingress, Egress], ingress: [{action: Deny}], egress: [{action: Deny}]}
`);
    const [fix] = both.filter(({ kind }) => kind === 'add-rule');
    const [edit, more] = fix?.edits ?? [];
    expect(more).toBeUndefined();
    if (edit?.op !== 'put') throw new Error('Nothing is put');
    expect(edit.policy.ingress.map(({ action }) => action)).toEqual(['allow', 'deny']);
    expect(edit.policy.egress.map(({ action }) => action)).toEqual(['allow', 'deny']);
  });
});

describe('a denial that is only staged', () => {
  const STAGED = `
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: lockdown, namespace: payments}
spec:
  tier: default
  order: 10
  selector: all()
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: {selector: app == 'frontend', namespaceSelector: projectcalico.org/name == 'shop'}
      destination: {ports: [8443]}
`;

  it('is answered by changes of what is staged, or by taking it back', () => {
    const found = shopFixes(STAGED);
    expect(found.titles).toEqual([
      'edit-rule: Let rule 1 of lockdown accept checkoutservice in shop too',
      'add-rule: Add a rule to lockdown that lets checkoutservice in shop call ledger on tcp 8443',
      'new-policy: Let ledger accept tcp 8443 from checkoutservice in shop, in a policy of its own',
      'remove-staged: Remove the staged policy lockdown',
    ]);
    for (const { edits } of found.fixes) {
      for (const edit of edits) {
        expect(edit.op === 'put' || edit.op === 'remove' ? edit.policy.kind : '').toBe('StagedNetworkPolicy');
      }
    }
    expect(found.of('edit-rule').diff).toMatch(/^\+ {8}selector: app in \{"checkoutservice", "frontend"\}$/m);
    expect(found.of('remove-staged')).toMatchObject({
      yaml: '',
      command: 'kubectl -n payments delete stagednetworkpolicies.projectcalico.org lockdown',
    });
  });

  it('comes of what would delete the policy that allows it', () => {
    const allow = 'ingress: [{action: Allow}]';
    const found = shopFixes(`
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: open, namespace: payments}
spec: {order: 10, selector: all(), types: [Ingress], ${allow}}
---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: open, namespace: payments}
spec: {stagedAction: Delete}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: rest, namespace: payments}
spec: {order: 20, selector: all(), types: [Ingress]}
`);
    expect(found.titles).toContain('remove-staged: Remove the staged policy open');
  });

  it('is told of a change that allows it today and not for long', () => {
    const found = shopFixes(`${kubernetes('closed', '{podSelector: {}, policyTypes: [Ingress]}')}
---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: lockdown, namespace: payments}
spec: {order: 10, selector: all(), types: [Ingress], ingress: [{action: Deny}]}
`);
    expect(found.of('new-policy').caveats).toContain('A staged policy denies it again once it is enforced.');
  });
});

describe('a cluster-wide policy', () => {
  it('is changed itself', () => {
    const found = shopFixes(`
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: guard}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: payments}}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
`);
    expect(found.titles).toEqual([
      'add-rule: Add a rule to guard that lets checkoutservice in shop call ledger on tcp 8443',
    ]);
    expect(found.of('add-rule').diff).toMatch(/^\+ {4}- action: Accept$/m);
  });
});

describe('what is not known', () => {
  it('is taken as reported where pods are not known', () => {
    const policy = kubernetes(
      'ledger',
      '{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {role: client}}}], ports: [{port: 8443}]}]}',
    );
    const rulebook = rulebookOf(policy, false);
    const found = fixesFor(rulebook, deniedLine(lineOf(rulebook, CHECKOUT), 'dst'));
    expect(found.notes[0]).toMatch(/labels are taken as they were reported/);
    expect(found.titles).toEqual([
      'edit-rule: Let rule 1 of ledger accept checkoutservice in shop too',
      'add-rule: Add a rule to ledger that lets checkoutservice in shop call ledger on tcp 8443',
      'add-label: Give checkoutservice the label role=client that rule 1 of ledger asks for',
      'new-policy: Let ledger accept tcp 8443 from checkoutservice in shop, in a policy of its own',
    ]);
  });

  it('leaves the reports alone to tell where no policies are known', () => {
    const shop = rulebookOf(SHOP);
    const { fixes, notes } = suggestFixes(seenConnection(lineOf(shop, CHECKOUT)), rulebookOf(PODS));
    expect(notes[0]).toMatch(/^No policies are known/);
    expect(fixes.map(({ kind, allows }) => [kind, allows])).toEqual([['new-policy', 'maybe']]);
    expect(fixes[0]?.diff).toMatch(/^\+ {2}name: security\.allow-checkoutservice-to-ledger-8443$/m);
  });

  it.each([
    ['it is allowed', { ...CHECKOUT, port: 8080 }, /Nothing denies it/],
    ['its port is not known', { ...CHECKOUT, port: 0 }, /single connection/],
  ])('is said when %s', (_, call, words) => {
    const rulebook = rulebookOf(SHOP);
    const { fixes, notes } = fixesFor(rulebook, lineOf(rulebook, call));
    expect(fixes).toEqual([]);
    expect(notes.join(' ')).toMatch(words);
  });

  it('is said when the policies have changed since', () => {
    const rulebook = rulebookOf(SHOP);
    const line = deniedLine(lineOf(rulebook, { ...CHECKOUT, port: 8080 }), 'dst');
    const { fixes, notes } = fixesFor(rulebook, line);
    expect(fixes).toEqual([]);
    expect(notes[0]).toMatch(/they have changed since/);
  });

  it('lets no hostile name into what is to be typed', () => {
    const rulebook = rulebookOf(SHOP);
    const seen = seenConnection(lineOf(rulebook, CHECKOUT));
    const source = { ...seen.source, namespace: 'shop; rm -rf /' };
    expect(suggestFixes({ ...seen, source }, rulebook).fixes).toEqual([]);
  });
});
