import type { Endpoint, FlowKey, PolicyHit, Service } from '@vibrissa/model';
import { protocolName } from '../protocol-name.js';
import type { RecordProblem } from '../record-problem.js';
import { shareTrace } from '../trace-text.js';
import { ENDPOINT_KINDS, NOTHING, readReporter, readVerdict } from './names.js';
import { emptyHit, type RawHit, readRawHit, toHit, within } from './read-policy-hits.js';
import type { WireReader } from './wire-reader.js';

/** As in records of our own: what Kubernetes lets names be, bounded for everything else. */
const LONGEST_NAME = 253;
const LONGEST_PROTOCOL = 16;
const MOST_HITS = 64;
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
  readonly enforced: RawHit[];
  readonly pending: RawHit[];
}

/**
 * Reads Goldmane's FlowKey from where the reader stands to its end. Its key is frozen, so that a store may know it
 * by identity. Throws WireError.
 */
export function readFlowKey(wire: WireReader): ReadKey | RecordProblem {
  const raw = readRawKey(wire);
  return problemOf(raw) ?? toKey(raw);
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
    enforced: [],
    pending: [],
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
        within(wire, raw, (key) => readRawTrace(wire, key));
        break;
      default:
        wire.skip(tag);
    }
  }
  return raw;
}

function readRawTrace(wire: WireReader, raw: RawKey): void {
  while (wire.at < wire.end) {
    const tag = wire.tag();
    if (tag === 10) raw.enforced.push(readOne(wire));
    else if (tag === 18) raw.pending.push(readOne(wire));
    else wire.skip(tag);
  }
}

function readOne(wire: WireReader): RawHit {
  const hit = emptyHit();
  within(wire, hit, (into) => readRawHit(wire, into));
  return hit;
}

function problemOf(raw: RawKey): RecordProblem | null {
  return (
    endProblem('source', raw.source) ??
    endProblem('dest', raw.dest) ??
    tooLong('dest_service_name', raw.serviceName) ??
    tooLong('dest_service_namespace', raw.serviceNamespace) ??
    tooLong('dest_service_port_name', raw.servicePortName) ??
    portProblem(raw.port) ??
    protocolProblem(raw.protocol) ??
    hitsProblem('enforced_policies', raw.enforced) ??
    hitsProblem('pending_policies', raw.pending)
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

function tooLong(field: string, text: string): RecordProblem | null {
  if (text.length <= LONGEST_NAME) return null;
  return {
    field: `Key.${field}`,
    reason: `is longer than ${LONGEST_NAME} characters`,
    remedy: 'Send the name that Kubernetes has.',
  };
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

function hitsProblem(field: string, hits: readonly RawHit[]): RecordProblem | null {
  const path = `policies.${field}`;
  if (hits.length > MOST_HITS) {
    return {
      field: `Key.${path}`,
      reason: `has more than ${MOST_HITS} hits`,
      remedy: 'Send only the rules that decided.',
    };
  }
  for (const [at, hit] of hits.entries()) {
    const problem =
      policyProblem(`${path}[${at}]`, hit) ??
      (hit.trigger === null ? null : policyProblem(`${path}[${at}].trigger`, hit.trigger));
    if (problem !== null) return problem;
  }
  return null;
}

function policyProblem(path: string, { namespace, name, tier }: RawHit): RecordProblem | null {
  return (
    tooLong(`${path}.namespace`, namespace) ?? tooLong(`${path}.name`, name) ?? tooLong(`${path}.tier`, tier)
  );
}

function toKey(raw: RawKey): ReadKey {
  const enforced = raw.enforced.map(toHit);
  const pending = raw.pending.map(toHit);
  const service = toService(raw);
  const key: FlowKey = Object.freeze({
    source: toEnd(raw.source),
    dest: toEnd(raw.dest),
    port: raw.port,
    protocol: protocolName(raw.protocol),
    service,
    reporter: readReporter(raw.reporter),
    verdict: readVerdict(raw.action),
    trace: shareTrace(inOrder(enforced), inOrder(pending)),
  });
  const repaired =
    enforced.some((hit) => hit.repaired) ||
    pending.some((hit) => hit.repaired) ||
    (service !== null && service.port !== raw.servicePort);
  return { key, repaired };
}

/** Felix collects hits in no order, and sorts before it sends; others may not. */
function inOrder(hits: readonly { readonly hit: PolicyHit }[]): PolicyHit[] {
  return hits.map(({ hit }) => hit).sort((a, b) => a.policyIndex - b.policyIndex);
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
