import { expect, it, onTestFinished } from 'vitest';
import { HandClock, testServer } from '../test-server.js';

const NOW = Date.UTC(2026, 5, 1, 12);

function flow(port: number, change: object = {}): string {
  return JSON.stringify({
    flow: {
      time: '2026-06-01T11:59:59.123456789Z',
      verdict: 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: port, destination_port: 80, flags: { SYN: true } } },
      source: { ID: 7, namespace: 'shop', pod_name: 'web-0', labels: ['k8s:app=web'] },
      destination: { namespace: 'data', pod_name: 'db-0' },
      traffic_direction: 'EGRESS',
      event_type: { type: 4 },
      ...change,
    },
    node_name: 'node-1',
  });
}

it('takes what Hubble’s exporter writes, counts what it says was lost, and refuses nothing that is right', async () => {
  const server = await testServer({}, new HandClock(NOW));
  onTestFinished(() => server.close());
  const denied = { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' };
  const body = [
    flow(40_001),
    flow(40_002, { ...denied, event_type: { type: 5 } }),
    flow(40_002, { ...denied, event_type: { type: 1 } }),
    '{"node_status":{"state_change":"NODE_CONNECTED","node_names":["node-1"]}}',
    '{"lost_events":{"source":"HUBBLE_RING_BUFFER","num_events_lost":"12"},"node_name":"node-1"}',
    '{"agent_event":{"type":"POLICY_UPDATED"},"node_name":"node-1"}',
    flow(40_003, { verdict: 7, event_type: { type: 7 } }),
    flow(40_004, { l4: { TCP: { source_port: 'http' } } }),
    flow(40_005, { time: 'yesterday' }),
  ].join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const reply = await fetch(`${server.url}/api/v1/flows`, { method: 'POST', headers, body });
  expect(await reply.json()).toMatchObject({
    accepted: 7,
    rejected: 2,
    errors: [
      {
        line: 8,
        field: expect.stringMatching(/^flow\.l4\.TCP\.source_port/),
        remedy: expect.stringMatching(/\.$/),
      },
      { line: 9, field: 'flow.time', reason: 'is missing or no time' },
    ],
  });
  const { accept } = server.context;
  expect(accept.lostUpstream).toBe(12);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('vibrissa_lines_aside_total 5\n');
  expect(accept.rejected).toBe(2);
  const api = await fetch(`${server.url}/api/v1/flows?groupBy=flow`);
  expect(await api.json()).toMatchObject({
    total: 2,
    flows: [
      { verdict: 'deny', connectionsStarted: 1 },
      { verdict: 'allow', connectionsStarted: 1, bytesIn: null },
    ],
  });
});
