import type { Peer, Policy, Rule, Selector } from '@vibrissa/policy';
import type { Pattern, PatternService, World } from './world.js';

/** The namespaces that every copy shares, as clusters have one of each. */
const SHARED = new Set(['kube-system', 'monitoring', 'ingress-nginx']);

const NAMESPACE_KEYS = new Set([
  'projectcalico.org/name',
  'kubernetes.io/metadata.name',
  'projectcalico.org/namespace',
]);

/** The world with that many copies of its own namespaces, their policies and their traffic. */
export function scaleWorld(world: World, scale: number): World {
  if (scale <= 1) return world;
  const copies = Array.from({ length: scale - 1 }, (_, index) => copyOf(world, `-${index + 2}`));
  return {
    ...world,
    namespaces: [...world.namespaces, ...copies.flatMap(({ namespaces }) => namespaces)],
    workloads: [...world.workloads, ...copies.flatMap(({ workloads }) => workloads)],
    outside: [...world.outside, ...copies.flatMap(({ outside }) => outside)],
    policies: [...world.policies, ...copies.flatMap(({ policies }) => policies)],
    patterns: [...world.patterns, ...copies.flatMap(({ patterns }) => patterns)],
  };
}

function copyOf(
  world: World,
  suffix: string,
): Pick<World, 'namespaces' | 'workloads' | 'outside' | 'policies' | 'patterns'> {
  const own = new Set(world.namespaces.map(({ name }) => name).filter((name) => !SHARED.has(name)));
  const rename = (namespace: string) => (own.has(namespace) ? `${namespace}${suffix}` : namespace);
  const renameEnd = (id: string) => {
    const [namespace = '', ...name] = id.split('/');
    return name.length === 0 ? id : [rename(namespace), ...name].join('/');
  };
  return {
    namespaces: world.namespaces
      .filter(({ name }) => own.has(name))
      .map(({ name, labels }) => ({ name: rename(name), labels: renameValues(labels, rename) })),
    workloads: world.workloads
      .filter(({ namespace }) => own.has(namespace))
      .map((workload) => ({ ...workload, namespace: rename(workload.namespace) })),
    outside: world.outside
      .filter(({ namespace }) => own.has(namespace))
      .map((host) => ({ ...host, namespace: rename(host.namespace), id: renameEnd(host.id) })),
    policies: world.policies
      .map((policy) => renamePolicy(policy, rename, suffix))
      .filter((policy) => policy !== null),
    patterns: world.patterns
      .filter(({ source, dest }) => renameEnd(source) !== source || renameEnd(dest) !== dest)
      .map(
        (pattern): Pattern => ({
          ...pattern,
          source: renameEnd(pattern.source),
          dest: renameEnd(pattern.dest),
          service: renameService(pattern.service, rename),
        }),
      ),
  };
}

type Rename = (namespace: string) => string;

function renameValues(
  labels: Readonly<Record<string, string>>,
  rename: Rename,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, rename(value)]));
}

function renameService(service: PatternService | null, rename: Rename): PatternService | null {
  return service === null ? null : { ...service, namespace: rename(service.namespace) };
}

/** A copied global policy needs a name of its own; one that names no copied namespace serves every copy as it is. */
function renamePolicy(policy: Policy, rename: Rename, suffix: string): Policy | null {
  const renamed: Policy = {
    ...policy,
    namespace: rename(policy.namespace),
    namespaceSelector: renameSelector(policy.namespaceSelector, rename),
    ingress: policy.ingress.map((rule) => renameRule(rule, rename)),
    egress: policy.egress.map((rule) => renameRule(rule, rename)),
  };
  if (policy.namespace !== '') return renamed.namespace === policy.namespace ? null : renamed;
  const same = JSON.stringify(renamed) === JSON.stringify(policy);
  return same ? null : { ...renamed, name: `${policy.name}${suffix}` };
}

function renameRule(rule: Rule, rename: Rename): Rule {
  return { ...rule, source: renamePeer(rule.source, rename), dest: renamePeer(rule.dest, rename) };
}

function renamePeer(peer: Peer, rename: Rename): Peer {
  return { ...peer, namespaceSelector: renameSelector(peer.namespaceSelector, rename) };
}

function renameSelector(selector: Selector | null, rename: Rename): Selector | null {
  if (selector === null) return null;
  switch (selector.op) {
    case 'and':
    case 'or':
      return { ...selector, of: selector.of.map((part) => renameSelector(part, rename) ?? part) };
    case 'not':
      return { ...selector, of: renameSelector(selector.of, rename) ?? selector.of };
    case 'in':
    case 'not-in':
      return NAMESPACE_KEYS.has(selector.key)
        ? { ...selector, values: selector.values.map(rename) }
        : selector;
    case 'all':
    case 'global':
    case 'has':
      return selector;
    default:
      return NAMESPACE_KEYS.has(selector.key) ? { ...selector, value: rename(selector.value) } : selector;
  }
}
