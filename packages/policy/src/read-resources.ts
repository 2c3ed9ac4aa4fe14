import type {
  Cluster,
  EndpointSliceObject,
  HostEndpointObject,
  NamespaceObject,
  NetworkSetObject,
  PodObject,
  ServiceAccountObject,
  ServiceObject,
  WorkloadObject,
} from './cluster.js';
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
   * True for objects that an API server has taken: of a Kubernetes policy that cannot be read in full, the rest
   * is used as Calico does. Otherwise it is left out, since no API server would take it. One of Calico's own is
   * left out always: without the part that is not understood it could mean more than it says.
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

/**
 * Reads objects that are parsed already, as a watch of the Kubernetes API gives them; `name` stands for the file
 * in problems, and each object for a document.
 */
export function readObjects(
  name: string,
  objects: readonly unknown[],
  options: ReadOptions = { accepted: true, partial: true },
): Resources {
  const reader = new ResourceReader(options);
  for (const [index, value] of objects.entries()) {
    reader.object(value, { file: name, document: { value, place: index + 1, lineOf: () => 0 }, path: [] });
  }
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
/** A list may hold lists, as `kubectl get` of several files gives them, but not without end. */
const MAX_LIST_PATH = 4;

class ResourceReader {
  private readonly problems: ReadProblem[] = [];
  private readonly ignored = new Map<string, number>();
  private readonly found = new FoundObjects();

  constructor(private readonly options: ReadOptions) {}

  file({ name, text }: ResourceFile): void {
    const { documents, problems } = parseDocuments(name, text);
    for (const problem of problems) this.problem(problem);
    for (const document of documents) this.object(document.value, { file: name, document, path: [] });
  }

  private problem(problem: ReadProblem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }

  object(given: unknown, place: Place, listed?: { apiVersion: string; kind: string }): void {
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
      if (place.path.length > MAX_LIST_PATH) value.wrong('no lists of lists');
      else {
        for (const [index, item] of value.get('items').list().entries()) {
          this.object(item, { ...place, path: [...place.path, 'items', index] }, of);
        }
      }
      return;
    }
    const read = this.read(apiVersion, kind, value);
    if (read === null) this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
    else if (!failed || (this.options.accepted === true && !CALICO.has(apiVersion))) this.keep(read, value);
  }

  private keep({ id, put }: ReadObject, value: Value): void {
    if (put(this.found)) {
      value.warn(`${id} is given more than once: the last one counts, as when it is applied`);
    }
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
      return inNamespace(readEndpointSlice(value), (found) => found.endpointSlices);
    }
    if (WORKLOAD_KINDS.has(kind)) return workloadObject(value, kind);
    if (apiVersion !== 'v1') return null;
    switch (kind) {
      case 'Namespace': {
        const namespace = readNamespace(value);
        return objectOf(namespace.name, namespace, (found) => found.namespaces);
      }
      case 'Pod':
        return inNamespace(readPod(value), (found) => found.pods);
      case 'ServiceAccount':
        return inNamespace(readServiceAccount(value), (found) => found.serviceAccounts);
      case 'Service':
        return inNamespace(readService(value), (found) => found.services);
      default:
        return null;
    }
  }

  result(): Resources {
    const { found } = this;
    return {
      cluster: {
        namespaces: [...found.namespaces.values()],
        pods: [...found.pods.values()],
        workloads: [...found.workloads.values()],
        serviceAccounts: [...found.serviceAccounts.values()],
        services: [...found.services.values()],
        endpointSlices: [...found.endpointSlices.values()],
        networkSets: [...found.networkSets.values()],
        hostEndpoints: [...found.hostEndpoints.values()],
        complete: this.options.partial !== true,
      },
      tiers: [...found.tiers.values()],
      policies: [...found.policies.values()],
      profiles: [...found.profiles.values()],
      problems: this.problems,
      ignored: this.ignored,
    };
  }
}

/** What was read so far, each sort by what tells its objects apart. */
class FoundObjects {
  readonly namespaces = new Map<string, NamespaceObject>();
  readonly pods = new Map<string, PodObject>();
  readonly workloads = new Map<string, WorkloadObject>();
  readonly serviceAccounts = new Map<string, ServiceAccountObject>();
  readonly services = new Map<string, ServiceObject>();
  readonly endpointSlices = new Map<string, EndpointSliceObject>();
  readonly networkSets = new Map<string, NetworkSetObject>();
  readonly hostEndpoints = new Map<string, HostEndpointObject>();
  readonly tiers = new Map<string, Tier>();
  readonly policies = new Map<string, Policy>();
  readonly profiles = new Map<string, Profile>();
}

interface ReadObject {
  readonly id: string;
  /** Puts it where it belongs; true when it took the place of another. */
  readonly put: (found: FoundObjects) => boolean;
}

function objectOf<T>(id: string, object: T, at: (found: FoundObjects) => Map<string, T>): ReadObject {
  return {
    id,
    put: (found) => {
      const objects = at(found);
      const replaced = objects.has(id);
      objects.set(id, object);
      return replaced;
    },
  };
}

function inNamespace<T extends { readonly namespace: string; readonly name: string }>(
  object: T,
  at: (found: FoundObjects) => Map<string, T>,
): ReadObject {
  return objectOf(nameOf(object), object, at);
}

function readCalico(kind: string, value: Value, stored: boolean): ReadObject | null {
  if (isCalicoPolicy(kind)) return policyObject(readCalicoPolicy(value, kind, stored));
  switch (kind) {
    case 'Tier': {
      const tier = readTier(value);
      return objectOf(tier.name, tier, (found) => found.tiers);
    }
    case 'Profile': {
      const profile = readProfile(value);
      return objectOf(profile.name, profile, (found) => found.profiles);
    }
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      return inNamespace(readNetworkSet(value, kind === 'GlobalNetworkSet'), (found) => found.networkSets);
    case 'HostEndpoint': {
      const host = readHostEndpoint(value);
      return objectOf(host.name, host, (found) => found.hostEndpoints);
    }
    default:
      return null;
  }
}

function policyObject(policy: Policy): ReadObject {
  return objectOf(`${policy.kind} ${nameOf(policy)}`, policy, (found) => found.policies);
}

function workloadObject(value: Value, kind: string): ReadObject {
  const workload = readWorkload(value, kind);
  return objectOf(`${kind} ${nameOf(workload)}`, workload, (found) => found.workloads);
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
