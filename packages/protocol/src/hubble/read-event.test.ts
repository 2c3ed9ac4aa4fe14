import { create, fromBinary, type MessageInitShape, toBinary, toJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GetFlowsResponseSchema } from '../gen/observer/observer_pb.js';
import { WireError } from '../goldmane/wire-reader.js';
import { HubbleConverter } from './hubble-flow.js';
import { HubbleEventReader } from './read-event.js';
import { readHubbleJson } from './read-json.js';
import { writeGetFlowsResponse } from './write-messages.js';

type Response = MessageInitShape<typeof GetFlowsResponseSchema>;

const text = fc.oneof(
  fc.constantFrom(
    '',
    'web',
    'shop',
    'k8s:app=web',
    'reserved:world',
    'cidr:10.0.0.0/8',
    '10.0.0.1',
    'fe80::1',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.startsWith('\ufeff')),
);
const texts = fc.array(text, { maxLength: 4 });
const uint32 = fc.oneof(fc.nat(70_000), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const timestamp = fc.record({
  seconds: fc.integer({ min: 0, max: 4_000_000_000 }).map(BigInt),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});
const endpoint = fc.record({
  ID: uint32,
  identity: fc.oneof(fc.nat(12), uint32),
  namespace: text,
  labels: texts,
  podName: text,
  workloads: fc.array(fc.record({ name: text, kind: text }), { maxLength: 2 }),
});
const ports = { sourcePort: fc.nat(65_535), destinationPort: fc.nat(65_535) };
const icmp = fc.record({ type: fc.nat(255), code: fc.nat(255) });
const layer4 = fc.oneof(
  fc.record({ TCP: fc.record({ ...ports, flags: fc.record({ SYN: fc.boolean(), ACK: fc.boolean() }) }) }),
  fc.record({ UDP: fc.record(ports) }),
  fc.record({ SCTP: fc.record(ports) }),
  fc.record({ ICMPv4: icmp }),
  fc.record({ ICMPv6: icmp }),
  fc.record({ VRRP: fc.record({ type: fc.nat(255), vrid: fc.nat(255) }) }),
  fc.record({ IGMP: fc.record({ type: fc.nat(255), groupAddress: text }) }),
);
const layer7 = fc
  .record(
    {
      type: fc.nat(3),
      dns: fc.record({ query: text, rcode: fc.nat(12), qtypes: texts }),
      http: fc.record({ code: fc.nat(599), method: text, url: text }),
    },
    { requiredKeys: ['type'] },
  )
  .map(({ dns, http, type }) => (dns === undefined ? { type, ...(http && { http }) } : { type, dns }));
const service = fc.record({ name: text, namespace: text });
const policies = fc.array(fc.record({ name: text, namespace: text, kind: text }), { maxLength: 2 });
const flow = fc.record(
  {
    time: timestamp,
    uuid: text,
    verdict: fc.nat(7),
    dropReasonDesc: fc.constantFrom(0, 132, 133, 151, 181, 189),
    IP: fc.record({ source: text, destination: text }),
    l4: layer4,
    source: endpoint,
    destination: endpoint,
    nodeName: text,
    sourceNames: texts,
    destinationNames: texts,
    l7: layer7,
    eventType: fc.record({ type: fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 129, 130) }),
    sourceService: service,
    destinationService: service,
    trafficDirection: fc.nat(2),
    isReply: fc.boolean(),
    traceReason: fc.nat(8),
    egressAllowedBy: policies,
    ingressAllowedBy: policies,
    egressDeniedBy: policies,
    ingressDeniedBy: policies,
    aggregate: fc.record({ ingressFlowCount: fc.nat(1_000), egressFlowCount: fc.nat(1_000) }),
  },
  { requiredKeys: [] },
);
const response = fc
  .record({
    nodeName: text,
    responseTypes: fc.oneof(
      { weight: 8, arbitrary: flow.map((value) => ({ case: 'flow' as const, value })) },
      fc
        .record({ stateChange: fc.nat(4), nodeNames: texts, message: text })
        .map((value) => ({ case: 'nodeStatus' as const, value })),
      fc
        .record({ source: fc.nat(3), numEventsLost: fc.nat(1_000_000).map(BigInt) })
        .map((value) => ({ case: 'lostEvents' as const, value })),
    ),
  })
  .map((init) => init as Response);

describe('the reader of events', () => {
  it('reads what the library reads, as told by the JSON that the library makes of it', () => {
    const reader = new HubbleEventReader();
    fc.assert(
      fc.property(response, (init) => {
        const bytes = writeGetFlowsResponse(init);
        const json = toJson(GetFlowsResponseSchema, fromBinary(GetFlowsResponseSchema, bytes), {
          useProtoFieldName: true,
        });
        expect(reader.read(bytes)).toEqual(readHubbleJson(json as object));
      }),
      { numRuns: 4_000 },
    );
  }, 60_000);

  it('skips what later versions may add', () => {
    const known = create(GetFlowsResponseSchema, {
      nodeName: 'n',
      responseTypes: { case: 'flow', value: { uuid: 'u' } },
    });
    const bytes = Buffer.concat([
      toBinary(GetFlowsResponseSchema, known),
      // Field 99 as a number, fields 98 and 97 of four and eight bytes, field 96 as text.
      Buffer.from([
        0x98, 0x06, 0x05, 0x95, 0x06, 1, 2, 3, 4, 0x89, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0x82, 0x06, 0x01, 0x41,
      ]),
    ]);
    expect(new HubbleEventReader().read(bytes)).toMatchObject({
      kind: 'flow',
      flow: { uuid: 'u', node: 'n' },
    });
    expect(new HubbleEventReader().read(Buffer.from([0x22, 0x00]))).toEqual({ kind: 'other' });
  });

  it('throws WireError, or reads it, whatever the bytes, and converts what it read', () => {
    const reader = new HubbleEventReader();
    const converter = new HubbleConverter();
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.option(fc.nat(), { nil: null }) });
    let broken = 0;
    fc.assert(
      fc.property(response, fc.array(change, { minLength: 1, maxLength: 3 }), (init, changes) => {
        let bytes = Buffer.from(writeGetFlowsResponse(init));
        for (const { at, byte, cut } of changes) {
          if (bytes.length === 0) break;
          if (cut !== null) bytes = bytes.subarray(0, cut % bytes.length);
          else bytes[at % bytes.length] = byte;
        }
        try {
          const event = reader.read(bytes);
          if (event.kind === 'flow') converter.convert(event.flow);
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          broken++;
        }
      }),
      { numRuns: 10_000 },
    );
    expect(broken).toBeGreaterThan(100);
  }, 60_000);

  it('knows an end again that it has read before', () => {
    const reader = new HubbleEventReader();
    const read = () =>
      reader.read(
        writeGetFlowsResponse({
          responseTypes: { case: 'flow', value: { source: { podName: 'web-0', labels: ['k8s:app=web'] } } },
        }),
      );
    const [first, second] = [read(), read()];
    if (first.kind !== 'flow' || second.kind !== 'flow') throw new Error('no flows');
    expect(second.flow.source).toBe(first.flow.source);
  });
});
