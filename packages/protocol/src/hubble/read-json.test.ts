import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../read-record.js';
import { isProblem } from '../record-problem.js';
import { readHubbleJson } from './read-json.js';

const FLOW = {
  time: '2026-06-01T12:00:00Z',
  verdict: 'FORWARDED',
  IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
  l4: { TCP: { source_port: 40_000, destination_port: 5432, flags: { SYN: true } } },
  source: { ID: 5, namespace: 'shop', pod_name: 'web-0' },
  destination: { namespace: 'data', pod_name: 'db-0' },
  traffic_direction: 'EGRESS',
};

describe('a line of Hubble', () => {
  it('may have its flow without a wrapper, as older ones have', () => {
    const line = { ...FLOW, node_name: 'node-1' };
    const record = readRecord(JSON.stringify(line));
    expect(record).toMatchObject({ key: { source: { name: 'web-0' }, dest: { name: 'db-0' }, port: 5432 } });
  });

  it('takes node and time from around the flow where it has none', () => {
    const { time, ...flow } = FLOW;
    expect(readHubbleJson({ flow, node_name: 'node-1', time })).toMatchObject({
      flow: { node: 'node-1', time: Date.UTC(2026, 5, 1, 12) },
    });
  });

  it('has enums by name or number, and those of later versions as none', () => {
    const flow = (change: object) => readHubbleJson({ flow: { ...FLOW, ...change } });
    expect(flow({ verdict: 2, drop_reason_desc: 133 })).toMatchObject({
      flow: { verdict: 2, dropReason: 133 },
    });
    expect(flow({ verdict: 'DROPPED' })).toMatchObject({ flow: { verdict: 2 } });
    expect(flow({ verdict: 'RECONSIDERED', traffic_direction: 'SIDEWAYS' })).toMatchObject({
      flow: { verdict: 0, direction: 0 },
    });
  });

  it.each([
    [
      { node_status: { state_change: 'NODE_GONE', node_names: ['a'] } },
      { kind: 'nodes', state: 3, names: ['a'] },
    ],
    [
      { lost_events: { source: 'OBSERVER_EVENTS_QUEUE', num_events_lost: '12' } },
      { kind: 'lost', source: 'OBSERVER_EVENTS_QUEUE', count: 12 },
    ],
    [{ lost_events: { source: 9 } }, { kind: 'lost', source: 'source 9', count: 0 }],
    [{ debug_event: { type: 'DBG_ENCAP' } }, { kind: 'other' }],
  ])('%j is no flow and no fault', (line, event) => {
    expect(readHubbleJson(line)).toMatchObject(event);
    expect(readRecord(JSON.stringify(line))).toMatchObject({
      aside: { lost: 'count' in event ? event.count : 0 },
    });
  });

  it.each([
    [{ flow: { ...FLOW, source: { labels: 'app=web' } } }, 'flow.source.labels'],
    [{ flow: { ...FLOW, l4: { TCP: { destination_port: -1 } } } }, 'flow.l4.TCP.destination_port'],
    [{ flow: 7 }, 'flow'],
    [{ node_status: { node_names: [7] } }, 'node_status.node_names[0]'],
    [{ lost_events: { num_events_lost: 'many' } }, 'lost_events.num_events_lost'],
  ])('%j is refused, naming %s', (line, field) => {
    expect(readRecord(JSON.stringify(line))).toMatchObject({ field, remedy: expect.stringMatching(/\.$/) });
  });

  it('is read or refused, whatever it holds', () => {
    const any = fc.jsonValue({ maxDepth: 3 });
    const names = Object.keys(FLOW) as (keyof typeof FLOW)[];
    const line = fc.oneof(
      fc
        .tuple(fc.constantFrom(...names, 'l7', 'aggregate', 'egress_denied_by', 'is_reply'), any)
        .map(([name, value]) => ({
          flow: { ...FLOW, [name]: value },
        })),
      any.map((flow) => ({ flow })),
      any.map((lost_events) => ({ lost_events })),
      any.map((node_status) => ({ node_status })),
    );
    let refused = 0;
    fc.assert(
      fc.property(line, fc.option(fc.nat(300), { freq: 3, nil: null }), (value, end) => {
        const text = JSON.stringify(value);
        const record = readRecord(end === null ? text : text.slice(0, end));
        if (isProblem(record) && record.aside === undefined) {
          refused++;
          expect(record.remedy).toMatch(/\.$/);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  }, 60_000);
});
