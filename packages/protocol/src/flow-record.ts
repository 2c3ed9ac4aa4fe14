import {
  type Counters,
  EMPTY_TALLY,
  type Endpoint,
  type Evidence,
  type FlowKey,
  type FlowRecord,
  type Labels,
  millis,
  NO_EVIDENCE,
  type Service,
  type Tally,
  tallyOf,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';
import type { Static } from 'typebox';
import {
  type FlowRecordSchema,
  flowRecordProblem,
  isFlowRecordLine,
  type RestOfLine,
} from './flow-record-schema.js';
import { readMentions } from './mentions.js';
import { protocolName } from './protocol-name.js';
import { isProblem, type RecordProblem } from './record-problem.js';
import { readTrace } from './trace-text.js';

type Line = Static<typeof FlowRecordSchema>;

/** Reads one value of our record format. */
export function readFlowRecord(value: unknown): FlowRecord | RecordProblem {
  if (!isFlowRecordLine(value)) return flowRecordProblem(value);
  if (value.end < value.start) {
    return {
      field: 'end',
      reason: 'is before start',
      remedy: 'Send an interval that ends at or after its start.',
    };
  }
  const source = readEnd(value.source);
  const dest = readEnd(value.dest);
  if (source === null) return strayAddress('source');
  if (dest === null) return strayAddress('dest');
  const trace = readTrace(value.enforced, value.pending);
  if (isProblem(trace)) return trace;
  const key: FlowKey = {
    source,
    dest,
    port: value.port,
    protocol: protocolName(value.protocol),
    service: readService(value.service),
    reporter: value.reporter,
    verdict: value.action,
    trace,
  };
  return withKey(key, value);
}

/** The record of a key and what a line tells beside it. */
export function withKey(key: FlowKey, value: RestOfLine): FlowRecord | RecordProblem {
  const listed = readEvidence(value);
  if (value.node !== undefined && value.nodes !== undefined) return TWICE;
  const evidence = value.mentions === undefined ? listed : readMentions(value.mentions, listed);
  if (isProblem(evidence)) return evidence;
  return {
    key,
    start: millis(value.start),
    end: millis(value.end),
    counters: readCounters(value),
    sourceLabels: sortedLabels(value.sourceLabels),
    destLabels: sortedLabels(value.destLabels),
    evidence,
  };
}

const TWICE: RecordProblem = {
  field: 'nodes',
  reason: 'is told beside node',
  remedy: 'Send node for one, or nodes for several.',
};

/** Labels in their canonical order; the array itself when it is in order, as it mostly is. */
export function sortedLabels(labels: string[] | null | undefined): Labels {
  if (labels === null || labels === undefined) return null;
  for (let at = 1; at < labels.length; at++) {
    if ((labels[at - 1] ?? '') > (labels[at] ?? '')) return labels.sort();
  }
  return labels;
}

/** The tally of a list that is mostly empty or of one. */
export function tallyList(values: readonly string[] | undefined): Tally {
  if (values === undefined || values.length === 0) return EMPTY_TALLY;
  return values.length === 1 ? tallyOne(values[0]) : tallyOf(values);
}

/** The tally of one value; of none when it is empty. */
export function tallyOne(value: string | undefined): Tally {
  return value === undefined || value === '' ? EMPTY_TALLY : { kept: [[value, 1]], mentions: 1 };
}

function readEnd(end: Line['source']): Endpoint | null {
  const { kind = 'workload', namespace = '', name, address = '' } = end;
  if (address !== '' && (kind === 'workload' || kind === 'host')) return null;
  return { kind, namespace, name, address };
}

function strayAddress(end: string): RecordProblem {
  return {
    field: `${end}.address`,
    reason: 'is only for ends outside the cluster',
    remedy: `Leave it out, or set ${end}.kind to network or network-set; addresses of pods go to ${end}Ips.`,
  };
}

function readService(service: Line['service']): Service | null {
  if (service === null || service === undefined) return null;
  const { namespace, name, portName = '', port = 0 } = service;
  return { namespace, name, portName, port };
}

function readCounters(value: RestOfLine): Counters {
  const counters = {
    packetsIn: value.packetsIn ?? null,
    packetsOut: value.packetsOut ?? null,
    bytesIn: value.bytesIn ?? null,
    bytesOut: value.bytesOut ?? null,
    connectionsStarted: value.connectionsStarted ?? null,
    connectionsCompleted: value.connectionsCompleted ?? null,
    connectionsLive: value.connectionsLive ?? null,
  };
  const known =
    counters.packetsIn ??
    counters.packetsOut ??
    counters.bytesIn ??
    counters.bytesOut ??
    counters.connectionsStarted ??
    counters.connectionsCompleted ??
    counters.connectionsLive;
  return known === null ? UNKNOWN_COUNTERS : counters;
}

function readEvidence(value: RestOfLine): Evidence {
  if (
    value.sourceIps === undefined &&
    value.destIps === undefined &&
    value.sourcePorts === undefined &&
    value.dnsNames === undefined &&
    value.node === undefined &&
    value.nodes === undefined &&
    value.drops === undefined &&
    value.calls === undefined
  ) {
    return NO_EVIDENCE;
  }
  return {
    sourceIps: tallyList(value.sourceIps),
    destIps: tallyList(value.destIps),
    sourcePorts: tallyList(value.sourcePorts),
    dnsNames: tallyList(value.dnsNames),
    nodes: value.nodes === undefined ? tallyOne(value.node) : tallyList(value.nodes),
    drops: tallyList(value.drops),
    calls: tallyList(value.calls),
  };
}
