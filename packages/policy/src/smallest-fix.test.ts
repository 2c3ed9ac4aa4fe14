import { type FlowGroup, NO_EVIDENCE, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import type { Fix, FixKind } from './fix.js';
import type { Rulebook } from './rulebook.js';
import { seenConnection } from './seen-connection.js';
import { suggestFixes } from './smallest-fix.js';
import { type Call, deniedLine, lineOf, rulebookOf } from './testing/fix-scene.js';

const PODS = `
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
const SHOP = `${PODS}
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

const CHECKOUT: Call = {
  from: 'shop/checkoutservice-b5d8f7c69-*',
  to: 'payments/ledger-7f6d8c9b45-*',
  port: 8443,
  sourceLabels: ['app=checkoutservice', 'pod-template-hash=b5d8f7c69', 'version=v2'],
  destLabels: ['app=ledger', 'pod-template-hash=7f6d8c9b45'],
};

function fixesFor(rulebook: Rulebook, line: FlowGroup) {
  const { fixes, notes } = suggestFixes(seenConnection(line), rulebook);
  const of = (kind: FixKind): Fix => {
    const fix = fixes.find((one) => one.kind === kind);
    if (fix === undefined) throw new Error(`No ${kind} among ${fixes.map(({ title }) => title).join('; ')}`);
    return fix;
  };
  return { fixes, notes, of, titles: fixes.map(({ kind, title }) => `${kind}: ${title}`) };
}

function shopFixes(policies: string, call: Call = CHECKOUT) {
  const rulebook = rulebookOf(PODS + policies);
  return fixesFor(rulebook, lineOf(rulebook, call));
}

function kubernetes(name: string, spec: string, namespace = 'payments'): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`;
}

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
