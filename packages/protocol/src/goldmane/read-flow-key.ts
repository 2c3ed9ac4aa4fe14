import type { Endpoint, FlowKey, Service } from '@vibrissa/model';
import { protocolName } from '../protocol-name.js';
import { isProblem, type RecordProblem } from '../record-problem.js';
import { tooLong } from './name-problem.js';
import { ENDPOINT_KINDS, NOTHING, readReporter, readVerdict } from './names.js';
import { NOTHING_SAID, PolicyTraceReader, type ReadTrace } from './read-policy-trace.js';
import { WireReader } from './wire-reader.js';

const LONGEST_PROTOCOL = 16;
const MOST_PORT = 65_535;

/** A FlowKey in our form. */
export interface ReadKey {
  readonly key: FlowKey;
  /** Whether anything about it had to be guessed or left out. */
  readonly repaired: boolean;
}

interface RawEnd {
  name: string;
  namespace: string;
  type: number;
}

interface RawKey {
  readonly source: RawEnd;
  readonly dest: RawEnd;
  port: number;
  serviceName: string;
  serviceNamespace: string;
  servicePortName: string;
  servicePort: number;
  protocol: string;
  reporter: number;
  action: number;
  /** Where the policy trace stands; `traceTo` is 0 when there is none. */
  traceFrom: number;
  traceTo: number;
  /** All parts of a trace that came in more than one. */
  traceParts: Buffer[] | null;
}

/** Reads Goldmane's FlowKey. Keys are frozen, so that a store may know them by identity. */
export class FlowKeyReader {
  readonly #wire = new WireReader();
  readonly #traces = new PolicyTraceReader();

  /** Reads a stretch of bytes. Throws WireError. */
  read(bytes: Buffer, from: number, to: number): ReadKey | RecordProblem {
    this.#wire.open(bytes, from, to);
    const raw = readRawKey(this.#wire);
    const problem = problemOf(raw);
    if (problem !== null) return problem;
    const trace = this.#trace(bytes, raw);
    return isProblem(trace) ? trace : toKey(raw, trace);
  }

  #trace(bytes: Buffer, { traceFrom, traceTo, traceParts }: RawKey): ReadTrace | RecordProblem {
    if (traceTo === 0) return NOTHING_SAID;
    if (traceParts === null) return this.#traces.read(bytes, traceFrom, traceTo);
    const whole = Buffer.concat(traceParts);
    return this.#traces.read(whole, 0, whole.byteLength);
  }
}

function readRawKey(wire: WireReader): RawKey {
  const raw: RawKey = {
    source: { name: '', namespace: '', type: 0 },
    dest: { name: '', namespace: '', type: 0 },
    port: 0,
    serviceName: '',
    serviceNamespace: '',
    servicePortName: '',
    servicePort: 0,
    protocol: '',
    reporter: 0,
    action: 0,
    traceFrom: 0,
    traceTo: 0,
    traceParts: null,
  };
  while (wire.at < wire.end) {
    const tag = wire.tag();
    switch (tag) {
      case 10:
        raw.source.name = wire.text();
        break;
      case 18:
        raw.source.namespace = wire.text();
        break;
      case 24:
        raw.source.type = wire.int32();
        break;
      case 34:
        raw.dest.name = wire.text();
        break;
      case 42:
        raw.dest.namespace = wire.text();
        break;
      case 48:
        raw.dest.type = wire.int32();
        break;
      case 56:
        raw.port = wire.int64();
        break;
      case 66:
        raw.serviceName = wire.text();
        break;
      case 74:
        raw.serviceNamespace = wire.text();
        break;
      case 82:
        raw.servicePortName = wire.text();
        break;
      case 88:
        raw.servicePort = wire.int64();
        break;
      case 98:
        raw.protocol = wire.text();
        break;
      case 104:
        raw.reporter = wire.int32();
        break;
      case 112:
        raw.action = wire.int32();
        break;
      case 122:
        passTrace(wire, raw);
        break;
      default:
        wire.skip(tag);
    }
  }
  return raw;
}

function passTrace(wire: WireReader, raw: RawKey): void {
  const length = wire.length();
  if (raw.traceTo !== 0) {
    raw.traceParts ??= [wire.bytes.subarray(raw.traceFrom, raw.traceTo)];
    raw.traceParts.push(wire.bytes.subarray(wire.at, wire.at + length));
  }
  raw.traceFrom = wire.at;
  raw.traceTo = wire.at + length;
  wire.at = raw.traceTo;
}

function problemOf(raw: RawKey): RecordProblem | null {
  return (
    endProblem('source', raw.source) ??
    endProblem('dest', raw.dest) ??
    tooLong('dest_service_name', raw.serviceName) ??
    tooLong('dest_service_namespace', raw.serviceNamespace) ??
    tooLong('dest_service_port_name', raw.servicePortName) ??
    portProblem(raw.port) ??
    protocolProblem(raw.protocol)
  );
}

function endProblem(side: string, { name, namespace }: RawEnd): RecordProblem | null {
  if (name === '' || name === NOTHING) {
    return {
      field: `Key.${side}_name`,
      reason: 'is missing',
      remedy: 'Send the aggregated name of the workload, host or network set; pub or pvt for a network.',
    };
  }
  return tooLong(`${side}_name`, name) ?? tooLong(`${side}_namespace`, namespace);
}

function portProblem(port: number): RecordProblem | null {
  if (port >= 0 && port <= MOST_PORT) return null;
  return {
    field: 'Key.dest_port',
    reason: 'is no port',
    remedy: `Send 0 to ${MOST_PORT}; 0 for protocols without ports.`,
  };
}

function protocolProblem(protocol: string): RecordProblem | null {
  if (protocol !== '' && protocol.length <= LONGEST_PROTOCOL) return null;
  return {
    field: 'Key.proto',
    reason: protocol === '' ? 'is missing' : `is longer than ${LONGEST_PROTOCOL} characters`,
    remedy: 'Send a name such as tcp or udp, or a number as text.',
  };
}

function toKey(raw: RawKey, { trace, repaired }: ReadTrace): ReadKey {
  const service = toService(raw);
  const key: FlowKey = Object.freeze({
    source: toEnd(raw.source),
    dest: toEnd(raw.dest),
    port: raw.port,
    protocol: protocolName(raw.protocol),
    service,
    reporter: readReporter(raw.reporter),
    verdict: readVerdict(raw.action),
    trace,
  });
  return { key, repaired: repaired || (service !== null && service.port !== raw.servicePort) };
}

function toEnd({ name, namespace, type }: RawEnd): Endpoint {
  const isNetwork = name === 'pub' || name === 'pvt';
  return Object.freeze({
    kind: ENDPOINT_KINDS.get(type) ?? (isNetwork ? 'network' : 'workload'),
    namespace: namespace === NOTHING ? '' : namespace,
    name,
    address: '',
  });
}

function toService(raw: RawKey): Service | null {
  if (raw.serviceName === '' || raw.serviceName === NOTHING) return null;
  return Object.freeze({
    namespace: raw.serviceNamespace === NOTHING ? '' : raw.serviceNamespace,
    name: raw.serviceName,
    portName: raw.servicePortName === NOTHING ? '' : raw.servicePortName,
    port: raw.servicePort >= 0 && raw.servicePort <= MOST_PORT ? raw.servicePort : 0,
  });
}
