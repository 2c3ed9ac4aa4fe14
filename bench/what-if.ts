import type { FlowGroup, LineReducer } from '@vibrissa/model';
import {
  anyRule,
  countUsage,
  type Policy,
  type PolicyEdit,
  type Rulebook,
  readResources,
  type WhatIfAnswer,
  whatIf,
} from '@vibrissa/policy';
import type { Report } from './figure.js';
import { ObservedLines } from './load/observed-lines.js';
import { policyFiles } from './load/policy-files.js';

const KEYS = 1_000_000;
const BROWSER_KEYS = 50_000;
/** As many as a store hands over at once. */
const SLICE = 1_000;
const MOST = 500;

/** How fast a change is tried on all that was observed: 500 policies in 5 tiers, 5,000 pods. */
export async function measureWhatIf(report: Report): Promise<void> {
  const { problems, ...rulebook } = readResources(policyFiles({ policies: 500, tiers: 5, pods: 5_000 }));
  if (problems.length > 0) throw new Error('The policies are not read whole');
  const lines = new ObservedLines(rulebook.cluster, rulebook.policies);
  if (lines.most < KEYS) throw new Error(`Lines repeat after ${lines.most}`);

  const narrow = closed(rulebook, 'policy-1');
  const wide = closed(rulebook, 'policy-20');
  const everywhere: readonly PolicyEdit[] = [{ op: 'put', policy: ofEverything(rulebook) }];
  tell(report, 'what-if, 1,000,000 keys, a policy of some pods', run(rulebook, narrow, lines, KEYS), 10);
  tell(
    report,
    'what-if, 1,000,000 keys, a policy of a fifth of the pods',
    run(rulebook, wide, lines, KEYS),
    10,
  );
  tell(report, 'what-if, 1,000,000 keys, a policy of every pod', run(rulebook, everywhere, lines, KEYS), 10);
  const small = run(rulebook, everywhere, lines, BROWSER_KEYS);
  tell(report, 'what-if, 50,000 keys as in a browser, reading nothing before', small, 1);
  const usage = feed(countUsage(), lines, KEYS);
  report({ name: 'hits of policies, 1,000,000 keys', value: usage.cpuSeconds, unit: 'CPU s' });
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly keys: number;
  readonly changed: number;
}

/** With the time to compile the policies, which is a part of every answer. */
function run(rulebook: Rulebook, edits: readonly PolicyEdit[], lines: ObservedLines, keys: number): Run {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const reducer = whatIf({ rulebook, edits, most: MOST });
  const before = { seconds: (performance.now() - begun) / 1000, cpuSeconds: cpuSeconds(cpu) };
  const fed = feed(reducer, lines, keys);
  const { totals } = fed.result as WhatIfAnswer;
  const changed = Object.values(totals).reduce((sum, total) => sum + total.lines, 0);
  // Were nothing changed, hardly anything would have been evaluated.
  if (changed === 0) throw new Error('The change changes nothing');
  return {
    seconds: before.seconds + fed.seconds,
    cpuSeconds: before.cpuSeconds + fed.cpuSeconds,
    keys,
    changed,
  };
}

/** Only the reducer's own time counts: the lines are made in between. */
function feed<Result>(
  reducer: LineReducer<Result>,
  lines: ObservedLines,
  keys: number,
): { readonly result: Result; readonly seconds: number; readonly cpuSeconds: number } {
  let seconds = 0;
  let cpu = 0;
  const timed = <T>(work: () => T): T => {
    const begun = performance.now();
    const used = process.cpuUsage();
    const done = work();
    cpu += cpuSeconds(used);
    seconds += (performance.now() - begun) / 1000;
    return done;
  };
  for (let from = 0; from < keys; from += SLICE) {
    const slice: readonly FlowGroup[] = lines.slice(from, Math.min(keys, from + SLICE));
    timed(() => reducer.add(slice));
  }
  const result = timed(() => reducer.result());
  return { result, seconds, cpuSeconds: cpu };
}

function tell(
  report: Report,
  name: string,
  { seconds, cpuSeconds, keys, changed }: Run,
  atMost: number,
): void {
  report({ name, value: cpuSeconds, unit: 'CPU s', target: { atMost } });
  report({ name: `${name}: on the clock`, value: seconds, unit: 's' });
  report({ name: `${name}: speed`, value: keys / cpuSeconds, unit: 'keys/CPU s' });
  report({ name: `${name}: changed of them`, value: (changed / keys) * 100, unit: '%' });
}

/** A policy that lets nothing through any more, ahead of the others of its tier. */
function closed({ policies }: Rulebook, name: string): readonly PolicyEdit[] {
  const policy = policies.find((one) => one.name === name);
  if (policy === undefined) throw new Error(`There is no ${name}`);
  const rules = [anyRule('deny')];
  return [{ op: 'put', policy: { ...policy, order: -1, ingress: rules, egress: rules } }];
}

/** Denies one port everywhere, ahead of all others. */
function ofEverything({ policies, tiers }: Rulebook): Policy {
  const [tier] = tiers;
  const { policies: made, problems } = readResources([
    {
      name: 'wide.yaml',
      text: JSON.stringify({
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: 'wide' },
        spec: {
          tier: tier?.name,
          order: -1,
          selector: 'all()',
          types: ['Ingress', 'Egress'],
          ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [443] } }],
          egress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [443] } }],
        },
      }),
    },
  ]);
  const [policy] = made;
  if (policy === undefined || problems.length > 0 || policies.length === 0) throw new Error('No policy');
  return policy;
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
