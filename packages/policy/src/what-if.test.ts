import {
  type Endpoint,
  type Flow,
  type FlowGroup,
  foldFlows,
  millis,
  NO_EVIDENCE,
  type PolicyHit,
  type Reporter,
  tallyOf,
  UNKNOWN_COUNTERS,
  type Verdict,
} from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { hit } from './fixtures.js';
import type { PolicyEdit } from './policy-edit.js';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';
import { EMPTY_RULEBOOK, type Rulebook } from './rulebook.js';
import { whatIf } from './what-if.js';

interface Report {
  readonly verdict?: Verdict;
  readonly reporter?: Reporter;
  readonly enforced?: readonly PolicyHit[];
  readonly pending?: readonly PolicyHit[];
  readonly sourceLabels?: readonly string[];
  readonly destLabels?: readonly string[];
  readonly started?: number;
  readonly at?: number;
  readonly ip?: string;
}

function end(namespace: string, name: string): Endpoint {
  return { kind: 'workload', namespace, name, address: '' };
}

const PUBLIC: Endpoint = { kind: 'network', namespace: '', name: 'pub', address: '' };

let lastId = 0;

function line(source: Endpoint, dest: Endpoint, port: number, ...reports: readonly Report[]): FlowGroup {
  const flows = reports.map((report): Flow => {
    lastId += 1;
    const { verdict = 'allow', reporter = 'dst', enforced = [], pending = [] } = report;
    const { sourceLabels = null, destLabels = null, started = 1, at = 1000, ip } = report;
    return {
      id: lastId,
      key: {
        ...{ source, dest, port, protocol: 'tcp', service: null, reporter, verdict },
        trace: { enforced, pending },
      },
      counters: { ...UNKNOWN_COUNTERS, connectionsStarted: started, bytesIn: 10, bytesOut: 5 },
      sourceLabels,
      destLabels,
      evidence: ip === undefined ? NO_EVIDENCE : { ...NO_EVIDENCE, sourceIps: tallyOf([ip]) },
      firstSeen: millis(at - 500),
      lastSeen: millis(at),
    };
  });
  return foldFlows(lastId, { source, dest, port, protocol: 'tcp' }, flows);
}

function rulebook(yaml: string): Rulebook {
  const { policies, tiers, profiles, cluster, problems } = readResources([{ name: 'x.yaml', text: yaml }]);
  expect(problems.map(problemText)).toEqual([]);
  return { policies, tiers, profiles, cluster };
}

const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, generateName: web-, labels: {app: web}}
status: {podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: web-2, namespace: shop, generateName: web-, labels: {app: web}}
status: {podIP: 10.0.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}}
status: {podIP: 10.0.0.9}
---
apiVersion: v1
kind: Pod
metadata: {name: job-1, namespace: shop, generateName: job-, labels: {app: job}}
status: {podIP: 10.0.0.7}
---
`;

const DB_POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ports: [{port: 5432}]
`;

const WEB = end('shop', 'web-*');
const DB = end('shop', 'db-0');
const JOB = end('shop', 'job-*');

function put(yaml: string): readonly PolicyEdit[] {
  return rulebook(yaml).policies.map((policy) => ({ op: 'put', policy }));
}

function ask(book: Rulebook, edits: readonly PolicyEdit[], lines: readonly FlowGroup[], most = 10) {
  const reducer = whatIf({ rulebook: book, edits, most });
  reducer.add(lines);
  return reducer.result();
}

describe('whatIf', () => {
  it('tells whom a new policy cuts off, with the policy and the reason', () => {
    const lines = [
      line(WEB, DB, 5432, { started: 7 }),
      line(JOB, DB, 5432, { started: 3 }),
      line(WEB, JOB, 80, {}),
    ];
    const answer = ask(rulebook(PODS), put(DB_POLICY), lines);
    expect(answer.lines).toBe(3);
    expect(answer.disagreeing).toBe(0);
    expect(answer.isCut).toBe(false);
    expect(answer.traces).toBeNull();
    expect(answer.totals).toEqual({
      'newly-denied': { lines: 1, connections: 3, bytes: 15 },
      'newly-allowed': { lines: 0, connections: 0, bytes: 0 },
      uncertain: { lines: 0, connections: 0, bytes: 0 },
    });
    expect(answer.changes).toEqual([
      {
        ...{ source: JOB, dest: DB, port: 5432, protocol: 'tcp' },
        ...{ direction: 'newly-denied', before: 'allow', after: 'deny', observed: 'allow' },
        decidedBy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db', tier: 'default' },
        reason:
          'Arriving at db-0: selected by db in tier default, no rule matched, so the tier denies. Today it is allowed: no tier decided, so the profile of namespace shop allows it.',
        ...{ connections: 3, bytes: 15, firstSeen: 500, lastSeen: 1000 },
      },
    ]);
  });

  it('tells who is let in again, and that what was observed is not what the policies say', () => {
    const book = rulebook(PODS + DB_POLICY);
    const edits: PolicyEdit[] = [
      { op: 'remove', policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' } },
    ];
    const answer = ask(book, edits, [line(JOB, DB, 5432, { verdict: 'deny' }), line(JOB, DB, 1, {})]);
    expect(answer.totals['newly-allowed'].lines).toBe(2);
    expect(answer.disagreeing).toBe(1);
    const [first, second] = answer.changes.map(({ port, reason, decidedBy }) => ({
      port,
      reason,
      decidedBy,
    }));
    expect([first?.decidedBy, second?.decidedBy]).toEqual([null, null]);
    const told = [first, second].find(({ port } = { port: 0, reason: '', decidedBy: null }) => port === 1);
    expect(told?.reason).toContain('It was allowed when it was seen');
  });

  it('adds up a pair over its rollouts and lists the most connections first', () => {
    const names = ['web-7d9f5c8b6d-*', 'web-5c8b6d7d9f-*'].map((name) => end('shop', name));
    const labels = { sourceLabels: ['app=web'], destLabels: ['app=db'] };
    const lines = names.map((name, at) => line(name, DB, 80, { ...labels, started: 4, at: 1000 + at }));
    const answer = ask(rulebook(PODS), put(DB_POLICY), [...lines, line(JOB, DB, 80, { started: 5 })]);
    expect(answer.totals['newly-denied'].lines).toBe(3);
    expect(answer.changes.map(({ source, connections }) => [source.name, connections])).toEqual([
      ['web-5c8b6d7d9f-*', 8],
      ['job-*', 5],
    ]);
    expect(answer.changes[0]).toMatchObject({ firstSeen: 500, lastSeen: 1001 });
    const cut = ask(rulebook(PODS), put(DB_POLICY), [...lines, line(JOB, DB, 80, { started: 5 })], 1);
    expect(cut.isCut).toBe(true);
    expect(cut.changes).toHaveLength(1);
    expect(cut.totals['newly-denied'].connections).toBe(13);
  });

  it('keeps what hangs on a missing fact apart, and names the fact', () => {
    const nets = DB_POLICY.replace(
      'podSelector: {matchLabels: {app: web}}}',
      'ipBlock: {cidr: 203.0.113.0/24}}',
    );
    const answer = ask(rulebook(PODS), put(nets), [line(PUBLIC, DB, 5432, {})]);
    expect(answer.totals.uncertain.lines).toBe(1);
    expect(answer.changes[0]).toMatchObject({ before: 'allow', after: 'unknown', decidedBy: null });
    expect(answer.changes[0]?.reason).toBe(
      'Cannot tell whether rule 1 of db (tier default) matches: the address of the source is not known. Today it is allowed: no tier decided, so the profile of namespace shop allows it.',
    );
  });

  it('leaves an open verdict alone where the change cannot matter, and only there', () => {
    const nets = DB_POLICY.replace(
      'podSelector: {matchLabels: {app: web}}}',
      'ipBlock: {cidr: 203.0.113.0/24}}',
    );
    const book = rulebook(PODS + nets);
    const lines = [line(PUBLIC, DB, 5432, { verdict: 'unknown' })];
    const another = nets.replace('port: 5432}]', 'port: 5432}]\n    - ports: [{port: 80}]');
    expect(ask(book, put(another), lines).totals.uncertain.lines).toBe(0);
    const elsewhere = DB_POLICY.replaceAll('db', 'job');
    expect(ask(book, put(elsewhere), lines).totals.uncertain.lines).toBe(0);
    const narrower = nets.replace('203.0.113.0/24', '203.0.113.0/25');
    expect(ask(book, put(narrower), lines).totals.uncertain.lines).toBe(1);
  });

  it('takes what was observed where the policies leave the present open', () => {
    const nets = DB_POLICY.replace(
      'podSelector: {matchLabels: {app: web}}}',
      'ipBlock: {cidr: 203.0.113.0/24}}',
    );
    const edits = put(DB_POLICY.replace('5432', '1'));
    const book = rulebook(PODS + nets);
    const of = (verdict: Verdict) => ask(book, edits, [line(PUBLIC, DB, 5432, { verdict })]);
    expect(of('allow').changes[0]).toMatchObject({ direction: 'newly-denied', before: 'unknown' });
    expect(of('allow').changes[0]?.reason).toContain('It was allowed when it was seen.');
    expect(of('deny').changes).toEqual([]);
    expect(of('unknown').changes[0]?.direction).toBe('uncertain');
  });

  it('changes labels at both ends, whether pods are known or not', () => {
    const edits: PolicyEdit[] = [{ op: 'label', namespace: 'shop', workload: 'job', labels: { app: 'web' } }];
    const known = ask(rulebook(PODS + DB_POLICY), edits, [
      line(JOB, DB, 5432, { verdict: 'deny', sourceLabels: ['app=job'] }),
      line(WEB, DB, 5432, {}),
    ]);
    expect(known.changes.map(({ source, direction }) => [source.name, direction])).toEqual([
      ['job-*', 'newly-allowed'],
    ]);
    const labels = { sourceLabels: ['app=job'], destLabels: ['app=db'] };
    const bare = ask(rulebook(DB_POLICY), edits, [line(JOB, DB, 5432, { verdict: 'deny', ...labels })]);
    expect(bare.changes.map(({ direction }) => direction)).toEqual(['newly-allowed']);
  });

  it('sees what a network set changes', () => {
    const policy = `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: out}
spec:
  selector: app == 'web'
  types: [Egress]
  egress: [{action: Deny, destination: {selector: bad == 'yes'}}, {action: Allow}]
`;
    const set = { namespace: '', name: 'bad', labels: { bad: 'yes' }, nets: ['198.51.100.0/24'] };
    const dest = { ...PUBLIC, address: '198.51.100.7' };
    const lines = [line(WEB, dest, 443, { reporter: 'src' }), line(WEB, DB, 5432, {})];
    const answer = ask(rulebook(PODS + policy), [{ op: 'put-network-set', set }], lines);
    expect(answer.changes.map(({ dest: { address }, direction }) => [address, direction])).toEqual([
      ['198.51.100.7', 'newly-denied'],
    ]);
  });

  it('does nothing with no edits, and refuses an edit that cannot be made', () => {
    const book = rulebook(PODS + DB_POLICY);
    const answer = ask(book, [], [line(WEB, DB, 5432, {}), line(JOB, DB, 5432, { verdict: 'deny' })]);
    expect([answer.lines, answer.changes]).toEqual([2, []]);
    const policy = { kind: 'NetworkPolicy', namespace: 'shop', name: 'none' } as const;
    expect(() => whatIf({ rulebook: EMPTY_RULEBOOK, edits: [{ op: 'remove', policy }], most: 1 })).toThrow(
      'there is no NetworkPolicy shop/none',
    );
  });
});

describe('whatIf of staged policies', () => {
  const STAGED = `
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: lock, namespace: shop}
spec:
  selector: app == 'db'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}}]
`;
  const name = { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'lock' } as const;
  const ref = { ...name, tier: 'default' };
  const end1 = hit({
    kind: 'EndOfTier',
    name: '',
    tier: 'default',
    action: 'deny',
    ruleIndex: -1,
    trigger: ref,
  });
  const allowed = hit({ ...ref, action: 'allow' });
  const enforce: readonly PolicyEdit[] = [{ op: 'enforce', policy: name }];

  it('compares what enforcing does with what pending traces say', () => {
    const book = rulebook(PODS + STAGED);
    const answer = ask(book, enforce, [
      line(JOB, DB, 5432, { pending: [end1] }),
      line(WEB, DB, 5432, { pending: [allowed] }),
      line(WEB, DB, 80, { pending: [end1] }),
      line(WEB, JOB, 80, {}),
    ]);
    expect(answer.totals['newly-denied'].lines).toBe(1);
    expect(answer.traces).toMatchObject({ denied: 2, agreeing: 2, differing: 1 });
    expect(answer.traces?.examples).toMatchObject([{ port: 80, byTraces: 'deny', byPolicies: 'allow' }]);
  });

  it('compares nothing of a staged policy that the change itself brings', () => {
    const [policy] = rulebook(STAGED).policies;
    if (policy === undefined) throw new Error('the staged policy is not read');
    const brought = [{ op: 'put', policy } as const, ...enforce];
    const answer = ask(rulebook(PODS), brought, [line(JOB, DB, 5432, { pending: [allowed] })]);
    expect(answer.totals['newly-denied'].lines).toBe(1);
    expect(answer.traces).toBeNull();
  });

  it('compares no line that another staged policy decides', () => {
    const other = hit({ kind: 'StagedGlobalNetworkPolicy', name: 'other', action: 'deny' });
    const answer = ask(rulebook(PODS + STAGED), enforce, [line(WEB, DB, 5432, { pending: [other] })]);
    expect(answer.traces).toEqual({ denied: 0, agreeing: 0, differing: 0, examples: [] });
  });

  it('says where the data plane counts a staged policy in another way than it will be enforced', () => {
    const twin = STAGED.replace('StagedNetworkPolicy', 'NetworkPolicy').replace("app == 'web'", 'all()');
    const answer = ask(rulebook(`${PODS + STAGED}---${twin}`), enforce, [
      line(JOB, DB, 5432, { pending: [hit({ ...ref, kind: 'CalicoNetworkPolicy' })] }),
    ]);
    expect(answer.traces?.examples[0]).toMatchObject({ byTraces: 'allow', byPolicies: 'deny' });
    expect(answer.traces?.examples[0]?.reason).toContain('beside the policy that it replaces');
  });
});
