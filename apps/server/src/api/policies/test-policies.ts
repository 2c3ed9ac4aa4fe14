import { readResources } from '@vibrissa/policy';
import type { ErrorReply } from '@vibrissa/protocol/messages';
import type { Overrides } from '../../context.js';
import type { RunningServer } from '../../server.js';
import { HandClock, HISTORY_HERE, line, testServer } from '../../test-server.js';

export const START = 1_770_000_000_000;
export const MINUTE = 60_000;

/** Who is in the cluster of these tests: a shop whose web and jobs talk to a database in another namespace. */
const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: v1
kind: Namespace
metadata: { name: data, labels: { team: data } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: job, namespace: shop }
spec: { template: { metadata: { labels: { app: job } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: data, labels: { app: db } }
spec: { containers: [] }
status: { podIP: 10.0.0.9 }
---
`;

/** The database takes connections of the shop's web on its port, and nothing else. */
export const POLICIES = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-web, namespace: data }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }]
    - from: [{ namespaceSelector: { matchLabels: { team: nobody } } }]
      ports: [{ port: 5433 }]
---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: { name: default.no-web, namespace: data }
spec:
  tier: default
  order: 10
  selector: app == 'db'
  types: [Ingress]
  ingress: [{ action: Deny, source: { namespaceSelector: team == 'shop', selector: app == 'web' } }]
`;

/** What puts the job in the way of nothing any more. */
export const ALLOW_JOB = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-job, namespace: data }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: job } } }]
      ports: [{ port: 5432 }]
`;

export const WEB = { kind: 'workload', namespace: 'shop', name: 'web-*', address: '' } as const;
export const JOB = { kind: 'workload', namespace: 'shop', name: 'job-*', address: '' } as const;
export const DB = { kind: 'workload', namespace: 'data', name: 'db-0', address: '' } as const;

/** What both reported: web is let in, and would not be; the job is denied. */
export function sample(start: number): readonly string[] {
  const ofWeb = { sourceLabels: ['app=web'], destLabels: ['app=db'] };
  return [
    line({
      start,
      ...ofWeb,
      enforced: ['0|default|knp:data/allow-web|allow|0'],
      pending: ['0|default|snp:data/default.no-web|deny|0'],
      connectionsStarted: 5,
    }),
    line({
      start,
      source: { namespace: 'shop', name: 'job-*' },
      sourceLabels: ['app=job'],
      destLabels: ['app=db'],
      action: 'deny',
      enforced: ['0|default|knp:data/allow-web|deny|-1'],
      pending: ['0|default|knp:data/allow-web|deny|-1'],
      connectionsStarted: 3,
    }),
    line({
      start,
      dest: { namespace: 'data', name: 'old-0' },
      enforced: ['0|default|knp:data/gone|allow|0'],
    }),
  ];
}

/** A server that knows the policies and has seen two minutes of the sample. */
export class PolicyBench {
  readonly clock: HandClock;
  readonly server: RunningServer;

  private constructor(clock: HandClock, server: RunningServer) {
    this.clock = clock;
    this.server = server;
  }

  static async open(
    env: Readonly<Record<string, string>> = {},
    overrides: Overrides = HISTORY_HERE,
  ): Promise<PolicyBench> {
    const clock = new HandClock(START);
    const bench = new PolicyBench(clock, await testServer(env, clock, overrides));
    bench.know(CLUSTER + POLICIES);
    for (const minute of [0, 1]) {
      await bench.send(sample(START + minute * MINUTE));
      clock.advance(MINUTE);
    }
    return bench;
  }

  /** A server that plays a simulated cluster, and tells only a few minutes of its past. */
  static async demo(scenario: string): Promise<PolicyBench> {
    const clock = new HandClock(START);
    const env = { VIBRISSA_DEMO: scenario, VIBRISSA_BUCKETS: '48', VIBRISSA_RETENTION: '1h' };
    return new PolicyBench(clock, await testServer(env, clock));
  }

  /** Puts policies, and all else that the text holds, in place of those known before. */
  know(text: string): void {
    const { problems, ignored: _, ...rulebook } = readResources([{ name: 'policies.yaml', text }]);
    this.server.context.policies.put({
      kind: 'folder',
      name: '/policies',
      state: 'ready',
      detail: null,
      readAt: START,
      problems,
      rulebook,
    });
  }

  async send(lines: readonly string[]): Promise<void> {
    const response = await fetch(`${this.server.url}/api/v1/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    if (response.status !== 200) throw new Error(await response.text());
  }

  async get<Reply>(path: string, query: Readonly<Record<string, string>> = {}): Promise<Answer<Reply>> {
    return this.#answer(await fetch(`${this.#address(path, query)}`));
  }

  async post<Reply>(
    path: string,
    body: unknown,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Reply>> {
    const headers = { 'content-type': 'application/json' };
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    return this.#answer(await fetch(this.#address(path, query), { method: 'POST', headers, body: sent }));
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #address(path: string, query: Readonly<Record<string, string>>): string {
    return `${this.server.url}/api/v1/${path}?${new URLSearchParams(query)}`;
  }

  async #answer<Reply>(response: Response): Promise<Answer<Reply>> {
    const reply: unknown = await response.json();
    // Which of the two it is, the status says, and every test looks at what it expects.
    return { status: response.status, reply: reply as Reply, error: (reply as ErrorReply).error };
  }
}

export interface Answer<Reply> {
  readonly status: number;
  readonly reply: Reply;
  readonly error: ErrorReply['error'];
}
