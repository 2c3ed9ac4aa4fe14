import type { FlowGroup } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from './calico-selector.js';
import { decideConnection } from './evaluate.js';
import { connectionOf, evaluate } from './evaluate-flow.js';
import type { Fix } from './fix.js';
import { policy, rule } from './fixtures.js';
import { judgeFixes } from './judge-fixes.js';
import { withLabels } from './label-edits.js';
import { podsSelected } from './label-selector.js';
import { ANY_PEER, DIRECTIONS, KUBERNETES_ORDER, type Peer, type Policy, type Rule } from './policy.js';
import { edited, type PolicyEdit } from './policy-edit.js';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';
import { engineOf, type Rulebook } from './rulebook.js';
import { observedLine, seenConnection } from './seen-connection.js';
import { suggestFixes } from './smallest-fix.js';
import { lineOf, rulebookOf } from './testing/fix-scene.js';

const WORKLOADS = [
  { namespace: 'shop', app: 'web', role: 'api' },
  { namespace: 'shop', app: 'cart', role: '' },
  { namespace: 'data', app: 'db', role: 'store' },
  { namespace: 'data', app: 'cache', role: '' },
];

const { cluster } = rulebookOf(
  WORKLOADS.map(
    ({ namespace, app, role }) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${app}, namespace: ${namespace}}
spec: {template: {metadata: {labels: {app: ${app}${role === '' ? '' : `, role: ${role}`}}}, spec: {}}}
---
`,
  ).join('') +
    ['shop', 'data']
      .map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {team: ${name}s}}\n`)
      .join('---\n'),
);

const selector = fc
  .constantFrom(
    "app == 'web'",
    "app in {'db', 'cart'}",
    'has(role)',
    "role == 'client'",
    "app != 'web'",
    'all()',
  )
  .map(parseSelector);
const within = fc
  .constantFrom(
    'all()',
    "team == 'reds'",
    "projectcalico.org/name == 'shop'",
    "projectcalico.org/name != 'shop'",
  )
  .map(parseSelector);

function orNull<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null, freq: 2 });
}

const peer: fc.Arbitrary<Peer> = fc.record({
  ...{ selector: orNull(selector), namespaceSelector: orNull(within) },
  ...{ notSelector: fc.constant(null), nets: fc.constant([]), notNets: fc.constant([]) },
  ...{ notPorts: fc.constant([]), ports: fc.constant([]) },
});
const ports = fc.subarray(
  [80, 443, 5432].map((from) => ({ from, to: from })),
  { maxLength: 2 },
);

const calico: fc.Arbitrary<Policy> = fc
  .record({
    kind: fc.constantFrom<Policy['kind'][]>(
      'GlobalNetworkPolicy',
      'CalicoNetworkPolicy',
      'StagedNetworkPolicy',
    ),
    name: fc.constantFrom('a', 'b', 'c'),
    tier: fc.constantFrom('security', 'default'),
    order: orNull(fc.integer({ min: 0, max: 2 })),
    selector,
    types: fc.subarray([...DIRECTIONS], { minLength: 1 }),
    rules: fc.array(
      fc.record({
        action: fc.constantFrom<Rule['action'][]>('allow', 'deny', 'pass', 'log'),
        protocol: fc.constantFrom('tcp', 'udp', null),
        ...{ far: fc.oneof(fc.constant(ANY_PEER), peer), ports },
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ rules, kind, ...given }) => {
    const made = (direction: 'ingress' | 'egress') =>
      rules.map(({ action, protocol, far, ports: list }) =>
        rule(action, {
          // Ports need a protocol that has them.
          protocol: list.length > 0 ? (protocol ?? 'tcp') : protocol,
          source: direction === 'ingress' ? far : ANY_PEER,
          dest: { ...(direction === 'egress' ? far : ANY_PEER), ports: list },
        }),
      );
    const namespace = kind === 'GlobalNetworkPolicy' ? '' : 'data';
    return policy({ ...given, kind, namespace, ingress: made('ingress'), egress: made('egress') });
  });

const labels = fc.constantFrom<Record<string, string>[]>(
  { app: 'web' },
  { role: 'client' },
  {},
  { app: 'db' },
);
const kubernetes: fc.Arbitrary<Policy> = fc
  .record({
    name: fc.constantFrom('k', 'l'),
    namespace: fc.constantFrom('shop', 'data'),
    selects: labels,
    rules: fc.array(fc.record({ froms: fc.array(labels, { minLength: 1, maxLength: 2 }), ports }), {
      maxLength: 2,
    }),
  })
  .map(({ name, namespace, selects, rules }) => {
    const pods = (matchLabels: Record<string, string>) => podsSelected({ matchLabels, matchExpressions: [] });
    return policy({
      ...{ kind: 'NetworkPolicy', name, namespace, order: KUBERNETES_ORDER, selector: pods(selects) },
      ingress: rules.flatMap(({ froms, ports: list }, written) =>
        froms.map((from) => ({
          ...rule('allow', {
            protocol: list.length === 0 ? null : 'tcp',
            source: { ...ANY_PEER, selector: pods(from) },
            dest: { ...ANY_PEER, ports: list },
          }),
          written,
        })),
      ),
    });
  });

const rulebooks: fc.Arbitrary<Rulebook> = fc
  .uniqueArray(fc.oneof(calico, kubernetes), {
    minLength: 1,
    maxLength: 5,
    selector: ({ kind, namespace, name }) => `${kind} ${namespace} ${name}`,
  })
  .map((policies) => ({
    cluster,
    tiers: [{ name: 'security', order: 10, defaultAction: 'deny' }],
    policies,
    profiles: [],
  }));

const workload = fc.constantFrom(...WORKLOADS);
const calls = fc.record({
  source: workload,
  dest: workload,
  port: fc.constantFrom(80, 443, 5432),
  protocol: fc.constantFrom('tcp', 'udp'),
});
type Given = typeof calls extends fc.Arbitrary<infer T> ? T : never;

function lineIn(rulebook: Rulebook, { source, dest, port, protocol }: Given): FlowGroup {
  const told = ({ app, role }: Given['source']) => [`app=${app}`, ...(role === '' ? [] : [`role=${role}`])];
  return lineOf(rulebook, {
    ...{
      from: `${source.namespace}/${source.app}-7d9f5c8b6d-*`,
      to: `${dest.namespace}/${dest.app}-7d9f5c8b6d-*`,
    },
    ...{ port, protocol, sourceLabels: told(source), destLabels: told(dest) },
  });
}

/** All over again, as nobody would who has many lines. */
function verdictsWith(
  rulebook: Rulebook,
  edits: readonly PolicyEdit[],
  lines: readonly FlowGroup[],
  staged: boolean,
) {
  const { set, index } = engineOf(edited(rulebook, edits));
  const policies = staged ? set.afterStaging() : set;
  return lines.map((line) => {
    const flow = withLabels(observedLine(seenConnection(line)), edits);
    return decideConnection(policies, connectionOf(flow, index)).verdict;
  });
}

const anyEdits: fc.Arbitrary<readonly (readonly PolicyEdit[])[]> = fc.array(
  fc.oneof(
    fc.oneof(calico, kubernetes).map((given): readonly PolicyEdit[] => [{ op: 'put', policy: given }]),
    fc
      .record({ end: workload, labels: fc.constantFrom({ role: 'client' }, { app: 'web' }) })
      .map(({ end: { namespace, app }, labels: given }): readonly PolicyEdit[] => [
        { op: 'label', namespace, workload: app, labels: given },
      ]),
    fc
      .constantFrom('shop', 'data')
      .map((namespace): readonly PolicyEdit[] => [
        { op: 'label', namespace, workload: '', labels: { team: 'reds' } },
      ]),
  ),
  { minLength: 1, maxLength: 3 },
);

const NO_FIX: Fix = {
  ...{ kind: 'edit-rule', title: '', edits: [], yaml: '', diff: '' },
  ...{ command: null, caveats: [], allows: 'maybe' },
};

describe('properties of fixes', () => {
  it('what a fix is said to allow is allowed once it is made', () => {
    let tried = 0;
    fc.assert(
      fc.property(rulebooks, calls, (rulebook, given) => {
        const line = lineIn(rulebook, given);
        const { fixes } = suggestFixes(seenConnection(line), rulebook);
        const staged = line.verdict === 'allow';
        for (const { edits, allows, title } of fixes) {
          tried += 1;
          expect(allows, title).toBe('yes');
          expect(verdictsWith(rulebook, [], [line], staged), title).toEqual(['deny']);
          expect(verdictsWith(rulebook, edits, [line], staged), title).toEqual(['allow']);
          const { set, index } = engineOf(edited(rulebook, edits));
          const found = evaluate(withLabels(observedLine(seenConnection(line)), edits), set, index);
          expect(staged ? found.afterStaging.verdict : found.verdict, title).toBe('allow');
        }
      }),
      { numRuns: 40 },
    );
    expect(tried).toBeGreaterThan(0);
  });

  it('what is applied is what was tried: its YAML is read as the same', () => {
    let tried = 0;
    fc.assert(
      fc.property(rulebooks, calls, (rulebook, given) => {
        const line = lineIn(rulebook, given);
        for (const { edits, yaml, title } of suggestFixes(seenConnection(line), rulebook).fixes) {
          if (yaml === '' || edits.some(({ op }) => op !== 'put')) continue;
          tried += 1;
          const { policies, problems } = readResources([{ name: 'fix.yaml', text: yaml }]);
          expect(problems.map(problemText), title).toEqual([]);
          const applied = policies.map((one): PolicyEdit => ({ op: 'put', policy: one }));
          expect(applied.length).toBe(edits.length);
          expect(verdictsWith(rulebook, applied, [line], line.verdict === 'allow'), title).toEqual(['allow']);
        }
      }),
      { numRuns: 40 },
    );
    expect(tried).toBeGreaterThan(0);
  });

  it('every denial by policies of Calico and Kubernetes has a fix', () => {
    fc.assert(
      fc.property(rulebooks, calls, (rulebook, given) => {
        const line = lineIn(rulebook, given);
        if (line.verdict !== 'deny') return;
        const { fixes, notes } = suggestFixes(seenConnection(line), rulebook);
        expect(fixes.length, notes.join(' ')).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it('what judging counts is what evaluating all before and after comes to', () => {
    let changed = 0;
    fc.assert(
      fc.property(
        rulebooks,
        calls,
        fc.array(calls, { maxLength: 12 }),
        anyEdits,
        (rulebook, given, more, wild) => {
          const asked = lineIn(rulebook, given);
          const lines = more.map((one) => lineIn(rulebook, one));
          const others = lines.filter(({ key }) => JSON.stringify(key) !== JSON.stringify(asked.key));
          const found = suggestFixes(seenConnection(asked), rulebook).fixes;
          // Those that are found change little besides; these change much.
          const fixes = [
            ...found,
            ...wild.map((edits) => ({ ...NO_FIX, title: JSON.stringify(edits), edits })),
          ];
          const judging = judgeFixes({ rulebook, fixes, asked: asked.key, most: 3 });
          judging.add(lines);
          const judged = judging.result();
          expect(judged.lines).toBe(others.length);
          expect(judged.fixes.length).toBe(fixes.length);
          for (const { edits, title, others: totals, examples } of judged.fixes) {
            const staged = edits.some(
              (edit) => (edit.op === 'put' || edit.op === 'remove') && edit.policy.kind.startsWith('Staged'),
            );
            const before = verdictsWith(rulebook, [], others, staged);
            const after = verdictsWith(rulebook, edits, others, staged);
            const count = (from: string, to: string) =>
              before.filter((verdict, place) => verdict === from && after[place] === to).length;
            changed += count('deny', 'allow') + count('allow', 'deny');
            expect(totals['newly-allowed'].lines, title).toBe(count('deny', 'allow'));
            expect(totals['newly-denied'].lines, title).toBe(count('allow', 'deny'));
            expect(totals.uncertain.lines, title).toBe(0);
            expect(examples.length).toBeLessThanOrEqual(3);
          }
        },
      ),
      { numRuns: 30 },
    );
    expect(changed).toBeGreaterThan(0);
  });
});
