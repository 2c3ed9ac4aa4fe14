import type { NetworkSetObject } from './cluster.js';
import type { Policy, Rule, Tier } from './policy.js';
import { calicoObject } from './write-calico.js';
import { clusterPolicyObject } from './write-cluster-policy.js';
import { kubernetesObject } from './write-kubernetes.js';
import type { WrittenObject } from './write-parts.js';
import { ACTION_NAMES, CALICO, PolicyNotWritableError } from './write-parts.js';
import { yamlText } from './yaml-text.js';

export { PolicyNotWritableError };

/** What can be written for `kubectl apply` and `calicoctl apply`. */
export type WritableObject = Policy | Tier | NetworkSetObject;

export interface WriteOptions {
  /**
   * What to say above an object, or above a rule of one: keyed by the very objects that are written. Where one
   * written rule became several, what is said of the first is said of it.
   */
  readonly comments?: ReadonlyMap<WritableObject | Rule, readonly string[]>;
  /** What to say above everything. */
  readonly header?: readonly string[];
}

/**
 * The objects as YAML documents, in the order given, as `kubectl apply` and `calicoctl apply` take them.
 * @throws PolicyNotWritableError
 */
export function writeYaml(objects: readonly WritableObject[], options: WriteOptions = {}): string {
  const documents = objects.map((object) => documentOf(object, options.comments ?? NO_COMMENTS));
  const header = (options.header ?? []).map((line) => `#${commentLine(line)}\n`).join('');
  return header + documents.join('---\n');
}

const NO_COMMENTS: NonNullable<WriteOptions['comments']> = new Map();

function documentOf(object: WritableObject, comments: NonNullable<WriteOptions['comments']>): string {
  const { value, rules } = written(object);
  const said = new Map<unknown, readonly string[]>();
  for (const { rule, of } of rules) {
    const lines = comments.get(of);
    if (lines !== undefined) said.set(rule, lines.map(commentLine));
  }
  const head = (comments.get(object) ?? []).map((line) => `#${commentLine(line)}\n`).join('');
  return head + yamlText(value, said);
}

const LONGEST_COMMENT = 300;

/** Comments tell of flows, whose text is hostile: what breaks a line would end the comment. */
function commentLine(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return ` ${line.length > LONGEST_COMMENT ? `${line.slice(0, LONGEST_COMMENT)}…` : line}`;
}

function written(object: WritableObject): WrittenObject {
  if ('nets' in object) return { value: networkSetObject(object), rules: [] };
  if ('defaultAction' in object) return { value: tierObject(object), rules: [] };
  switch (object.kind) {
    case 'NetworkPolicy':
      return kubernetesObject(object, 'networking.k8s.io/v1', object.kind);
    case 'StagedKubernetesNetworkPolicy':
      return kubernetesObject(object, CALICO, object.kind);
    case 'ClusterNetworkPolicy':
      return clusterPolicyObject(object);
    case 'CiliumNetworkPolicy':
    case 'CiliumClusterwideNetworkPolicy':
      throw new PolicyNotWritableError(
        `A ${object.kind} cannot be written: its own kind of rules is not known`,
      );
    case 'CalicoNetworkPolicy':
      return calicoObject(object, 'NetworkPolicy');
    default:
      return calicoObject(object, object.kind);
  }
}

function tierObject({ name, order, defaultAction }: Tier) {
  return {
    apiVersion: CALICO,
    kind: 'Tier',
    metadata: { name },
    spec: { ...(order === null ? {} : { order }), defaultAction: ACTION_NAMES[defaultAction] },
  };
}

function networkSetObject({ namespace, name, labels, nets }: NetworkSetObject) {
  return {
    apiVersion: CALICO,
    kind: namespace === '' ? 'GlobalNetworkSet' : 'NetworkSet',
    metadata: {
      name,
      ...(namespace === '' ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    },
    spec: { nets },
  };
}
