import type { NetworkSetObject, Policy, Tier } from '@vibrissa/policy';

/** A cluster at one moment: what runs, what policy says, and who talks to whom. */
export interface World {
  readonly nodes: readonly string[];
  readonly namespaces: readonly Namespace[];
  readonly workloads: readonly Workload[];
  readonly outside: readonly OutsideHost[];
  readonly tiers: readonly Tier[];
  readonly policies: readonly Policy[];
  /** Sets that no pattern names; they take the place of those that one does. */
  readonly networkSets?: readonly NetworkSetObject[];
  readonly patterns: readonly Pattern[];
}

export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A daemon set has one on each node whatever this says. */
  readonly replicas: number;
  readonly controller: 'deployment' | 'stateful-set' | 'daemon-set';
  /** The pod-template hash of the current rollout of a deployment, else empty. */
  readonly hash: string;
}

/** Something outside the cluster, or what stands for it. */
export interface OutsideHost {
  /** How patterns name it. */
  readonly id: string;
  readonly kind: 'network' | 'network-set';
  readonly namespace: string;
  /** `pub`, `pvt` or the name of the network set. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty when nobody looked it up. */
  readonly dnsName: string;
  readonly ips: readonly string[];
}

/** One kind of connection that keeps being made. */
export interface Pattern {
  /** `namespace/workload`, or the id of an outside host. */
  readonly source: string;
  readonly dest: string;
  readonly service: PatternService | null;
  /** At the destination's pod; 0 for protocols without. */
  readonly port: number;
  readonly protocol: string;
  /** Requests in a minute; on short connections each is a connection. */
  readonly perMinute: number;
  /** From source to destination and back, for one request. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** `kept` connections stay open and carry many requests. */
  readonly connections: 'short' | 'kept';
  /** How often a node reports it, ms. */
  readonly reportMs: number;
  /** When it begins, ms from the start of the play; null is since ever. */
  readonly begins: number | null;
  /** How much more it sends with each minute since it began, as a share of what it began with. */
  readonly growth: number;
  /** It happens only in the first `lengthMs` of each `everyMs` since it began; null is always. */
  readonly bursts: { readonly everyMs: number; readonly lengthMs: number } | null;
}

export interface PatternService {
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  readonly port: number;
}
