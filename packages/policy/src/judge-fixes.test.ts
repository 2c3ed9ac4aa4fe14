import type { FlowGroup } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import type { Fix } from './fix.js';
import { judgeFixes } from './judge-fixes.js';
import { EMPTY_RULEBOOK, type Rulebook } from './rulebook.js';
import { seenConnection } from './seen-connection.js';
import { suggestFixes } from './smallest-fix.js';
import { type Call, lineOf, rulebookOf } from './testing/fix-scene.js';

const PODS = ['web', 'cart', 'batch']
  .map(
    (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec: {template: {metadata: {labels: {app: ${name}}}, spec: {}}}
---
`,
  )
  .join('')
  .concat(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {}}}
---
`);

/** Who wants 5432 must be a client; web is none. */
const CLIENTS = rulebookOf(`${PODS}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {role: client}}}]
      ports: [{port: 5432}, {port: 9187}]
`);

function call(from: string, port: number, more: Partial<Call> = {}): Call {
  const name = from.replace(/-.*/, '');
  return {
    from: `shop/${from}`,
    to: 'shop/db-*',
    port,
    sourceLabels: [`app=${name}`],
    destLabels: ['app=db'],
    ...more,
  };
}

const ASKED = call('web-7d9f5c8b6d-*', 5432);

function judge(rulebook: Rulebook, asked: FlowGroup, others: readonly FlowGroup[], most = 10) {
  const { fixes } = suggestFixes(seenConnection(asked), rulebook);
  return judgeAll(rulebook, fixes, asked, others, most);
}

function judgeAll(
  rulebook: Rulebook,
  fixes: readonly Fix[],
  asked: FlowGroup,
  others: readonly FlowGroup[],
  most = 10,
) {
  const reducer = judgeFixes({ rulebook, fixes, asked: asked.key, most });
  reducer.add([asked, ...others.slice(0, 1)]);
  reducer.add(others.slice(1));
  return reducer.result();
}

describe('judging fixes', () => {
  const asked = lineOf(CLIENTS, ASKED);

  it('puts those first that change least besides', () => {
    const scrape = lineOf(CLIENTS, call('web-7d9f5c8b6d-*', 9187, { started: 7 }));
    const other = lineOf(CLIENTS, call('cart-*', 5432));
    const { fixes, lines } = judge(CLIENTS, asked, [scrape, other]);
    expect(lines).toBe(2);
    const found = fixes.map(({ kind, others }) => [
      kind,
      others['newly-allowed'].lines,
      others['newly-denied'].lines,
      others.uncertain.lines,
    ]);
    expect(found).toEqual([
      ['add-rule', 0, 0, 0],
      ['new-policy', 0, 0, 0],
      // It opens both of its ports to web.
      ['edit-rule', 1, 0, 0],
      ['add-label', 1, 0, 0],
    ]);
    expect(fixes[2]?.others['newly-allowed']).toEqual({ lines: 1, connections: 7, bytes: 20 });
    expect(fixes[2]?.examples).toMatchObject([
      {
        direction: 'newly-allowed',
        source: { name: 'web-7d9f5c8b6d-*' },
        port: 9187,
        before: 'deny',
        after: 'allow',
        observed: 'deny',
        decidedBy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' },
        connections: 7,
      },
    ]);
  });

  it('is the narrowest first where nothing else was observed', () => {
    const { fixes, lines } = judge(CLIENTS, asked, []);
    expect(lines).toBe(0);
    expect(fixes.map(({ kind }) => kind)).toEqual(['add-rule', 'new-policy', 'edit-rule', 'add-label']);
  });

  it('counts no rollout of the pair that was asked about', () => {
    const before = lineOf(CLIENTS, call('web-6c5b4d7f8-*', 5432));
    const { fixes, lines } = judge(CLIENTS, asked, [before]);
    expect(lines).toBe(0);
    expect(fixes.every(({ others }) => others['newly-allowed'].lines === 0)).toBe(true);
  });

  it('counts what a new policy denies that governs more than it should', () => {
    // Not governed today: the first policy about it denies all that it does not allow.
    const rulebook = CLIENTS;
    const policy = rulebook.policies[0];
    if (policy === undefined) throw new Error('No policy was read');
    const fix: Fix = {
      ...{ kind: 'edit-rule', title: '', yaml: '', diff: '', command: null, caveats: [], allows: 'yes' },
      edits: [{ op: 'put', policy: { ...policy, selector: { op: 'all' } } }],
    };
    const free = lineOf(rulebook, {
      ...call('web-7d9f5c8b6d-*', 80),
      to: 'shop/cart-*',
      destLabels: ['app=cart'],
    });
    const [judged] = judgeAll(rulebook, [fix], asked, [free]).fixes;
    expect(judged?.others['newly-denied']).toMatchObject({ lines: 1 });
  });

  it('keeps no more examples than are asked for', () => {
    const ports = [9187, 9188, 9189];
    const rulebook = rulebookOf(`${PODS}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {role: client}}}]}]}
`);
    const lines = ports.map((port, place) =>
      lineOf(rulebook, call('web-7d9f5c8b6d-*', port, { started: place + 1 })),
    );
    const { fixes } = judge(rulebook, lineOf(rulebook, ASKED), lines, 2);
    const label = fixes.find(({ kind }) => kind === 'add-label');
    expect(label?.others['newly-allowed'].lines).toBe(3);
    expect(label?.examples.map(({ port }) => port)).toEqual([9189, 9188]);
  });

  it('compares staged policies as if they were in force', () => {
    const rulebook = rulebookOf(`${PODS}
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: lockdown, namespace: shop}
spec: {order: 10, selector: app == 'db', types: [Ingress], ingress: [{action: Allow, source: {selector: app == 'batch'}}]}
`);
    const cart = lineOf(rulebook, call('cart-*', 5432));
    const { fixes } = judge(rulebook, lineOf(rulebook, ASKED), [cart]);
    expect(fixes.map(({ kind, others }) => [kind, others['newly-allowed'].lines])).toEqual([
      ['add-rule', 0],
      ['new-policy', 0],
      ['edit-rule', 0],
      ['remove-staged', 1],
    ]);
    expect(fixes.at(-1)?.examples[0]?.reason).toMatch(/^With what is staged in force it would be denied/);
  });

  it('counts what was denied at the same end and its policy allows too, where no policies are known', () => {
    const ledger = lineOf(CLIENTS, ASKED);
    const { fixes } = suggestFixes(seenConnection(ledger), EMPTY_RULEBOOK);
    const other = lineOf(CLIENTS, { ...ASKED, from: 'jobs/web-*' });
    const same = lineOf(CLIENTS, { ...ASKED, to: 'shop/db2-*' });
    const allowed = lineOf(
      CLIENTS,
      call('web-7d9f5c8b6d-*', 5432, { to: 'shop/cart-*', destLabels: ['app=cart'] }),
    );
    const judged = judgeAll(EMPTY_RULEBOOK, fixes, ledger, [other, same, allowed]).fixes;
    expect(judged.map(({ kind, allows, others }) => [kind, allows, others.uncertain.lines])).toEqual([
      ['new-policy', 'maybe', 1],
    ]);
    expect(judged[0]?.others['newly-denied'].lines).toBe(0);
    expect(judged[0]?.examples).toMatchObject([
      { dest: { name: 'db2-*' }, after: 'unknown', reason: expect.stringMatching(/is not known/) },
    ]);
  });
});
