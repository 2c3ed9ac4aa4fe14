import { type PolicyEdit, readResources } from '@vibrissa/policy';
import type { ApiFlow, FlowsReply, Health } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningServer } from './server.js';
import { HandClock, LiveView, line, testServer, until } from './test-server.js';

let server: RunningServer | null = null;

afterEach(() => server?.close());

async function status(url: string): Promise<Health> {
  return (await (await fetch(`${url}/api/v1/status`)).json()) as Health;
}

describe('the simulated cluster', () => {
  it('gives way to the first real record, and browsers start over', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'auto' });
    expect((await status(server.url)).demo).not.toBeNull();
    const view = await LiveView.open(server.url);
    expect(view.rows.size).toBeGreaterThan(20);
    await fetch(`${server.url}/api/v1/flows`, {
      method: 'POST',
      body: line(),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    await view.until(() => view.resets === 2 && view.done && view.rows.size === 1, 'the real flow alone');
    expect((await status(server.url)).demo).toBeNull();
    view.end();
  });

  it('plays the scenario that is named, and refuses one that is not', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'supply-chain' });
    expect((await status(server.url)).demo).toBe('supply-chain');
    await expect(testServer({ VIBRISSA_DEMO: 'nonesuch' })).rejects.toThrow('broken-rollout');
  });

  it('stays off when told so', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'off' });
    expect(await status(server.url)).toMatchObject({ demo: null, flows: 0 });
  });
});

const ALLOW_TLS = `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { namespace: payments, name: ledger-tls }
spec:
  tier: security
  order: 105
  selector: app == 'ledger'
  types: [Ingress]
  ingress:
    - { action: Allow, protocol: TCP, destination: { ports: [8443] } }
`;

function putOf(text: string): readonly PolicyEdit[] {
  const { policies, problems } = readResources([{ name: 'fix.yaml', text }]);
  expect(problems).toEqual([]);
  return policies.map((policy) => ({ op: 'put', policy }));
}

/** What the ledger's node said last of the port that the rollout calls. */
async function lastVerdict({ url }: RunningServer, clock: HandClock): Promise<string | undefined> {
  const filter = encodeURIComponent('port=8443 AND reporter=dst');
  const reply = await fetch(
    `${url}/api/v1/flows?groupBy=flow&filter=${filter}&from=${clock.now() - 60_000}&to=${clock.now()}`,
  );
  const { flows } = (await reply.json()) as FlowsReply<ApiFlow>;
  return [...flows].sort((a, b) => b.lastSeen - a.lastSeen)[0]?.verdict;
}

describe('the policies of the simulated cluster', () => {
  const START = 1_800_000_000_000;

  it('are known, and a change of them turns flows within seconds, until it is taken back', async () => {
    const clock = new HandClock(START);
    server = await testServer({ VIBRISSA_DEMO: 'broken-rollout' }, clock);
    const { policies, demo } = server.context;
    expect(policies.sources).toMatchObject([{ kind: 'demo', name: 'broken-rollout', state: 'ready' }]);
    expect(policies.rulebook.policies.map(({ name }) => name)).toContain('ledger-access');
    expect(await lastVerdict(server, clock)).toBe('deny');

    const done = demo.applier?.apply(putOf(ALLOW_TLS));
    expect(done).toEqual(['CalicoNetworkPolicy payments/ledger-tls was added']);
    expect(policies.rulebook.policies.map(({ name }) => name)).toContain('ledger-tls');
    expect(demo.applier?.canReset).toBe(true);
    clock.advance(6_000);
    await until(
      async () => (await lastVerdict(server as RunningServer, clock)) === 'allow',
      'an order booked',
    );

    expect(demo.applier?.reset()).toEqual(['One change was taken back']);
    expect(policies.rulebook.policies.map(({ name }) => name)).not.toContain('ledger-tls');
    expect(demo.applier?.canReset).toBe(false);
    clock.advance(6_000);
    await until(async () => (await lastVerdict(server as RunningServer, clock)) === 'deny', 'a denial');
  });

  it('are of the play no more once a real record came in', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'auto' });
    const { policies, demo } = server.context;
    expect(policies.isKnown).toBe(true);
    await fetch(`${server.url}/api/v1/flows`, {
      method: 'POST',
      body: line(),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(demo.applier).toBeNull();
    expect(policies.sources).toEqual([]);
    expect(policies.isKnown).toBe(false);
  });
});
