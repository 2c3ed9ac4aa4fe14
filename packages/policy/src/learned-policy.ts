import type { ClusterIndex } from './cluster-index.js';
import { dnsRules } from './dns-rules.js';
import { podsSelected } from './label-selector.js';
import type { PeerContext } from './learned-peers.js';
import { type LearnedRules, learnedRules } from './learned-rules.js';
import { durationText } from './learned-words.js';
import type { LearnedWorkload } from './learned-workload.js';
import { DIRECTIONS, type Direction, KUBERNETES_ORDER, type Policy, type Rule } from './policy.js';
import type { LearnOptions, Recommendation } from './recommendation.js';
import { labelsEqual } from './selector.js';
import { stableLabels } from './stable-labels.js';
import { type WritableObject, writeYaml } from './write-yaml.js';

export interface RecommendContext {
  readonly options: LearnOptions;
  readonly index: ClusterIndex;
  /** Every workload of the namespace that was seen. */
  readonly others: readonly LearnedWorkload[];
}

/** For a workload of which no line told. */
export function nothingLearned(namespace: string, workload: string): Recommendation {
  return {
    namespace,
    workload,
    policy: null,
    networkSets: [],
    yaml: '',
    rules: [],
    stableForMs: null,
    notCovered: [],
    caveats: [`No connection of ${namespace}/${workload} was observed to learn from.`],
  };
}

/** The policy that allows what was learned of a workload, with what it rests on. */
export function recommendation(learned: LearnedWorkload, context: RecommendContext): Recommendation {
  const { options, index } = context;
  const { namespace } = options;
  const workload = nameOf(learned.names);
  const labels = stableLabels(learned.labels);
  const nothing = {
    ...nothingLearned(namespace, workload),
    notCovered: learned.notCovered(),
  };
  if (labels === null) {
    return {
      ...nothing,
      caveats: [`No stable label of ${namespace}/${workload} was reported to select it by.`],
    };
  }
  const peers: PeerContext = {
    namespace,
    dialect: options.dialect,
    index,
    setName: uniqueNames(workload),
  };
  const ingress = learnedRules('ingress', [...learned.ends.ingress.values()], peers);
  const egress = withDns(learnedRules('egress', [...learned.ends.egress.values()], peers), learned, peers);
  for (const left of [...ingress.notCovered, ...egress.notCovered]) learned.leaveOut({ ...left });
  const notCovered = learned.notCovered();
  const types = DIRECTIONS.filter((type) => (type === 'ingress' ? ingress : egress).rules.length > 0);
  if (types.length === 0) {
    return {
      ...nothing,
      notCovered,
      caveats: [`None of what was observed of ${namespace}/${workload} can be learned from.`],
    };
  }
  const policy: Policy = {
    ...identityOf(options, workload),
    selector:
      options.dialect === 'kubernetes'
        ? podsSelected({ matchLabels: labels, matchExpressions: [] })
        : labelsEqual(labels),
    namespaceSelector: null,
    types,
    ingress: ingress.rules,
    egress: egress.rules,
  };
  const newest = Math.max(ingress.newest, egress.newest);
  const stableForMs = newest < 0 ? null : Math.max(0, options.now - newest);
  const networkSets = [...ingress.sets, ...egress.sets];
  const comments = new Map<WritableObject | Rule, readonly string[]>([
    ...ingress.comments,
    ...egress.comments,
  ]);
  comments.set(policy, headOf(learned, workload, stableForMs));
  return {
    namespace,
    workload,
    policy,
    networkSets,
    yaml: writeYaml([...networkSets, policy], { comments }),
    rules: [...ingress.evidence, ...egress.evidence],
    stableForMs,
    notCovered,
    caveats: [
      ...new Set([...caveatsOf(learned, types, labels, context), ...ingress.caveats, ...egress.caveats]),
    ],
  };
}

/** The pods of a StatefulSet are named one by one: `db-0`, `db-1`. Of other names the first. */
function nameOf(names: ReadonlySet<string>): string {
  const sorted = [...names].sort();
  const [first = ''] = sorted;
  const stem = first.replace(/-\d+$/, '');
  return sorted.length > 1 && sorted.every((name) => name.replace(/-\d+$/, '') === stem) ? stem : first;
}

function identityOf(
  { namespace, dialect, staged, tier }: LearnOptions,
  workload: string,
): Pick<Policy, 'kind' | 'namespace' | 'name' | 'tier' | 'order' | 'stagedAction'> {
  const name = objectName(`learned-${workload}`);
  const action = staged ? ({ stagedAction: 'set' } as const) : {};
  if (dialect === 'kubernetes') {
    const kind = staged ? 'StagedKubernetesNetworkPolicy' : 'NetworkPolicy';
    return { kind, namespace, name, tier: 'default', order: KUBERNETES_ORDER, ...action };
  }
  const kind = staged ? 'StagedNetworkPolicy' : 'CalicoNetworkPolicy';
  // Older Calico insists that a name begins with its tier.
  const full = tier === 'default' ? name : `${tier}.${name}`;
  return { kind, namespace, name: full, tier, order: KUBERNETES_ORDER, ...action };
}

const LONGEST_NAME = 63;

function objectName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'learned' : name;
}

function uniqueNames(workload: string): (wish: string) => string {
  const taken = new Set<string>();
  return (wish) => {
    const name = objectName(`${workload.slice(0, 30)}-${wish}`);
    let unique = name;
    for (let more = 2; taken.has(unique); more++) unique = `${name.slice(0, LONGEST_NAME - 5)}-${more}`;
    taken.add(unique);
    return unique;
  };
}

/** With egress governed, a workload that can no longer ask names stops working whatever else is allowed. */
function withDns(found: LearnedRules, { ends }: LearnedWorkload, context: PeerContext): LearnedRules {
  const asksDns = [...ends.egress.values()].some(
    ({ far, traffic }) =>
      far.kind === 'dns' || [...traffic.protocols.values()].some(({ ports }) => ports.has(53)),
  );
  if (found.rules.length === 0 || asksDns) return found;
  const service = context.index.cluster.services.find(
    ({ namespace, name }) => namespace === 'kube-system' && (name === 'kube-dns' || name === 'coredns'),
  );
  const rules = dnsRules(context, service?.selector ?? undefined);
  const text = 'DNS was not observed, and is let through since almost everything asks it.';
  const shift = context.dialect === 'kubernetes' ? 1 : rules.length;
  const moved = new Map<Rule, Rule>(
    found.rules.map((rule) => [
      rule,
      rule.written === undefined ? rule : { ...rule, written: rule.written + shift },
    ]),
  );
  const [first] = rules;
  return {
    ...found,
    rules: [...rules, ...moved.values()],
    evidence: found.evidence.map((one) => ({ ...one, index: one.index + shift })),
    comments: new Map([
      ...(first === undefined ? [] : [[first, [text]] as const]),
      ...[...found.comments].map(([rule, lines]) => [moved.get(rule) ?? rule, lines] as const),
    ]),
    caveats: [...found.caveats, text],
  };
}

function headOf(
  { lines, names }: LearnedWorkload,
  workload: string,
  stableForMs: number | null,
): readonly string[] {
  const stable = stableForMs === null ? '' : `; nothing new for ${durationText(stableForMs)}`;
  const also = [...names].filter((name) => name !== workload).sort();
  return [
    `Learned from ${lines} observed ${lines === 1 ? 'line' : 'lines'} of ${workload}${stable}`,
    ...(also.length === 0 ? [] : [`Its labels are also those of ${also.slice(0, 10).join(', ')}`]),
  ];
}

function caveatsOf(
  learned: LearnedWorkload,
  types: readonly Direction[],
  labels: Readonly<Record<string, string>>,
  { options, others }: RecommendContext,
): readonly string[] {
  const caveats: string[] = [];
  const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  for (const direction of DIRECTIONS) {
    if (!types.includes(direction)) {
      caveats.push(`No ${direction} to learn from was observed: the policy leaves ${direction} as it is.`);
    }
  }
  const also = others.filter(
    (other) => other !== learned && wanted.every((label) => other.labels?.includes(label) === true),
  );
  if (also.length > 0) {
    const names = also.map(({ names: of }) => nameOf(of)).sort();
    caveats.push(
      `Its labels also select ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and more' : ''}: put policies for these into force with it.`,
    );
  }
  if (options.staged) {
    caveats.push(
      'It is staged, which Calico alone knows: it denies nothing, and pending verdicts show what it would deny.',
    );
  } else {
    caveats.push('What was not observed is denied as soon as it is in force: stage it first.');
  }
  if (options.dialect === 'calico' && options.tier !== 'default') {
    caveats.push(`Tier ${options.tier} has to exist; what the policy does not allow ends there.`);
  }
  if (learned.untold > 0) {
    caveats.push(
      `${learned.untold} of its lines were learned from though no report tells whether they were allowed.`,
    );
  }
  if (learned.unlisted > 0) {
    caveats.push(`${learned.unlisted} more lines that it does not cover are not listed.`);
  }
  return caveats;
}
