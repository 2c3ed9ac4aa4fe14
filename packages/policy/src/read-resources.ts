import type { Cluster } from './cluster.js';
import type { Policy, Profile, Tier } from './policy.js';
import { isCalicoPolicy, readCalicoPolicy, readProfile, readTier } from './read-calico.js';
import {
  readEndpointSlice,
  readHostEndpoint,
  readNamespace,
  readNetworkSet,
  readPod,
  readService,
  readServiceAccount,
  readWorkload,
  WORKLOAD_KINDS,
} from './read-cluster.js';
import { CLUSTER_POLICY_KINDS, type ForeignPeers, readClusterPolicy } from './read-cluster-policy.js';
import { type ParsedDocument, parseDocuments } from './read-documents.js';
import { readNetworkPolicy } from './read-kubernetes.js';
import type { ReadProblem } from './read-problem.js';
import { pathText, type Report, Value } from './read-value.js';

/** A file's name, for problems, and its text. */
export interface ResourceFile {
  readonly name: string;
  readonly text: string;
}

export interface ReadOptions {
  /**
   * True for objects that an API server has taken: of one that cannot be read in full, the rest is used as
   * Calico does. From files such an object is left out, since no API server would take it.
   */
  readonly accepted?: boolean;
  readonly foreignPeers?: ForeignPeers;
  /** True when the files show only a part of the cluster. */
  readonly partial?: boolean;
}

/** All that was read, and what could not be. */
export interface Resources {
  readonly cluster: Cluster;
  readonly tiers: readonly Tier[];
  readonly policies: readonly Policy[];
  readonly profiles: readonly Profile[];
  /** In the order of the files; an object with an error is left out. */
  readonly problems: readonly ReadProblem[];
  /** How many objects were of kinds that say nothing about policy, by kind. */
  readonly ignored: ReadonlyMap<string, number>;
}

/** Reads whatever the files hold that policy depends on. Never throws for what is in them. */
export function readResources(files: readonly ResourceFile[], options: ReadOptions = {}): Resources {
  const reader = new ResourceReader(options);
  for (const file of files) reader.file(file);
  return reader.result();
}

/** Where an object stands: its file, its document and its path inside a list. */
interface Place {
  readonly file: string;
  readonly document: ParsedDocument;
  readonly path: readonly (string | number)[];
}

const CALICO = new Set(['projectcalico.org/v3', 'crd.projectcalico.org/v1']);
const MAX_PROBLEMS = 10_000;

class ResourceReader {
  private readonly problems: ReadProblem[] = [];
  private readonly ignored = new Map<string, number>();
  private readonly found = new Map<string, Map<string, unknown>>();

  constructor(private readonly options: ReadOptions) {}

  file({ name, text }: ResourceFile): void {
    const { documents, problems } = parseDocuments(name, text);
    for (const problem of problems) this.problem(problem);
    for (const document of documents) this.object(document.value, { file: name, document, path: [] });
  }

  private problem(problem: ReadProblem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }

  private object(given: unknown, place: Place, listed?: { apiVersion: string; kind: string }): void {
    let failed = false;
    const report: Report = (severity, path, message) => {
      failed ||= severity === 'error';
      const { file, document } = place;
      const problem = { severity, file, document: document.place, path: pathText(path), message };
      this.problem({ ...problem, line: document.lineOf(path) });
    };
    const value = new Value(given, place.path, report);
    const apiVersion = value.get('apiVersion').text() ?? listed?.apiVersion;
    const kind = value.get('kind').text() ?? listed?.kind;
    if (apiVersion === undefined || kind === undefined) {
      value.wrong('a Kubernetes object with apiVersion and kind');
      return;
    }
    if (kind.endsWith('List') && value.get('items').present) {
      const of = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -4) };
      const items = given as { readonly items: unknown };
      if (!Array.isArray(items.items)) value.get('items').wrong('a list');
      else {
        for (const [index, item] of items.items.entries()) {
          this.object(item, { ...place, path: [...place.path, 'items', index] }, of);
        }
      }
      return;
    }
    const read = this.read(apiVersion, kind, value);
    if (read === null) this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
    else if (!failed || this.options.accepted === true) this.keep(read, value);
  }

  private keep([sort, id, object]: ReadObject, value: Value): void {
    const objects = this.found.get(sort) ?? new Map<string, unknown>();
    this.found.set(sort, objects);
    if (objects.has(id))
      value.warn(`${id} is given more than once: the last one counts, as when it is applied`);
    objects.set(id, object);
  }

  /** Null for a kind that says nothing about policy. */
  private read(apiVersion: string, kind: string, value: Value): ReadObject | null {
    const group = apiVersion.split('/')[0] ?? '';
    if (CALICO.has(apiVersion)) return readCalico(kind, value, apiVersion.startsWith('crd.'));
    if (group === 'networking.k8s.io' && kind === 'NetworkPolicy')
      return policyObject(readNetworkPolicy(value));
    if (group === 'policy.networking.k8s.io') {
      const known = CLUSTER_POLICY_KINDS.find((name) => name === kind);
      if (known === undefined) return null;
      return policyObject(readClusterPolicy(value, known, this.options.foreignPeers ?? 'fail-closed'));
    }
    if (group === 'discovery.k8s.io' && kind === 'EndpointSlice') {
      return inNamespace('endpointSlices', readEndpointSlice(value));
    }
    if (WORKLOAD_KINDS.has(kind)) return workloadObject(value, kind);
    if (apiVersion !== 'v1') return null;
    switch (kind) {
      case 'Namespace': {
        const namespace = readNamespace(value);
        return ['namespaces', namespace.name, namespace];
      }
      case 'Pod':
        return inNamespace('pods', readPod(value));
      case 'ServiceAccount':
        return inNamespace('serviceAccounts', readServiceAccount(value));
      case 'Service':
        return inNamespace('services', readService(value));
      default:
        return null;
    }
  }

  result(): Resources {
    // Every sort is filled by the reader of its kind alone.
    const all = <T>(sort: keyof Cluster | 'tiers' | 'policies' | 'profiles') =>
      [...(this.found.get(sort)?.values() ?? [])] as T[];
    return {
      cluster: {
        namespaces: all('namespaces'),
        pods: all('pods'),
        workloads: all('workloads'),
        serviceAccounts: all('serviceAccounts'),
        services: all('services'),
        endpointSlices: all('endpointSlices'),
        networkSets: all('networkSets'),
        hostEndpoints: all('hostEndpoints'),
        complete: this.options.partial !== true,
      },
      tiers: all('tiers'),
      policies: all('policies'),
      profiles: all('profiles'),
      problems: this.problems,
      ignored: this.ignored,
    };
  }
}

/** Where an object belongs, what tells it from others there, and the object. */
type ReadObject = readonly [
  sort: keyof Cluster | 'tiers' | 'policies' | 'profiles',
  id: string,
  object: unknown,
];

function readCalico(kind: string, value: Value, stored: boolean): ReadObject | null {
  if (isCalicoPolicy(kind)) return policyObject(readCalicoPolicy(value, kind, stored));
  switch (kind) {
    case 'Tier': {
      const tier = readTier(value);
      return ['tiers', tier.name, tier];
    }
    case 'Profile': {
      const profile = readProfile(value);
      return ['profiles', profile.name, profile];
    }
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      return inNamespace('networkSets', readNetworkSet(value, kind === 'GlobalNetworkSet'));
    case 'HostEndpoint': {
      const host = readHostEndpoint(value);
      return ['hostEndpoints', host.name, host];
    }
    default:
      return null;
  }
}

function policyObject(policy: Policy): ReadObject {
  return ['policies', `${policy.kind} ${nameOf(policy)}`, policy];
}

function workloadObject(value: Value, kind: string): ReadObject {
  const workload = readWorkload(value, kind);
  return ['workloads', `${kind} ${nameOf(workload)}`, workload];
}

function inNamespace(sort: keyof Cluster, object: { namespace: string; name: string }): ReadObject {
  return [sort, nameOf(object), object];
}

function nameOf({ namespace, name }: { namespace: string; name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
