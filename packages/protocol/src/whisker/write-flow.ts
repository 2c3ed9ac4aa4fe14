import {
  type FlowRecord,
  type Labels,
  type Millis,
  NO_TRACE,
  type PolicyHit,
  type PolicyRef,
  type PolicyTrace,
} from '@vibrissa/model';
import { Action, FilterType, PolicyKind, Reporter } from '../gen/goldmane_pb.js';
import { GLOBAL } from '../goldmane/match-filter.js';
import { actionNumber, NOTHING, policyKindNumber, reporterNumber, verdictNumber } from '../goldmane/names.js';
import { orDash } from '../goldmane/write-flow.js';
import { toWhiskerName } from './names.js';

/** Traces and label sets are shared by many flows and cost most of the writing. */
const traceTexts = new WeakMap<PolicyTrace, string>();
const labelTexts = new WeakMap<readonly string[], string>();

/** Flows begin and end where buckets do, so a few moments come over and over. */
const timeTexts = new Map<number, string>();
const MOST_TIMES = 1_000;

/** A flow over a window as the JSON that Whisker reads, field by field in the order it is used to. */
export function writeWhiskerFlow(flow: FlowRecord): string {
  const { source, dest, port, protocol, reporter, verdict, trace } = flow.key;
  const { packetsIn, packetsOut, bytesIn, bytesOut } = flow.counters;
  return (
    `{"start_time":"${time(flow.start)}","end_time":"${time(flow.end)}","action":"${Action[verdictNumber(verdict)]}",` +
    `"source_name":${JSON.stringify(toWhiskerName(source.name))},"source_namespace":${JSON.stringify(orDash(source.namespace))},` +
    `"source_labels":${labelsText(flow.sourceLabels)},` +
    `"dest_name":${JSON.stringify(toWhiskerName(dest.name))},"dest_namespace":${JSON.stringify(orDash(dest.namespace))},` +
    `"dest_labels":${labelsText(flow.destLabels)},` +
    `"protocol":${JSON.stringify(protocol)},"dest_port":${port},"reporter":"${Reporter[reporterNumber(reporter)]}",` +
    `"policies":${traceText(trace)},` +
    `"packets_in":${packetsIn ?? 0},"packets_out":${packetsOut ?? 0},"bytes_in":${bytesIn ?? 0},"bytes_out":${bytesOut ?? 0}}`
  );
}

/** A hint as Whisker shows it. */
export function whiskerHint(type: FilterType, value: string): string {
  switch (type) {
    case FilterType.FilterTypeSourceNamespace:
    case FilterType.FilterTypeDestNamespace:
      return value === '' || value === NOTHING ? GLOBAL : value;
    case FilterType.FilterTypeSourceName:
    case FilterType.FilterTypeDestName:
      return toWhiskerName(value);
    default:
      return value;
  }
}

/** RFC 3339, whole seconds. */
function time(at: Millis): string {
  let text = timeTexts.get(at);
  if (text === undefined) {
    if (timeTexts.size >= MOST_TIMES) timeTexts.clear();
    text = `${new Date(at).toISOString().slice(0, 19)}Z`;
    timeTexts.set(at, text);
  }
  return text;
}

function labelsText(labels: Labels): string {
  if (labels === null) return '""';
  let text = labelTexts.get(labels);
  if (text === undefined) {
    text = JSON.stringify(labels.join(' | '));
    labelTexts.set(labels, text);
  }
  return text;
}

/** The lists are never null: Whisker's page breaks on those. */
function traceText(trace: PolicyTrace): string {
  if (trace === NO_TRACE) return '{"enforced":[],"pending":[]}';
  let text = traceTexts.get(trace);
  if (text === undefined) {
    text = JSON.stringify({ enforced: trace.enforced.map(hitOf), pending: trace.pending.map(hitOf) });
    traceTexts.set(trace, text);
  }
  return text;
}

function hitOf(hit: PolicyHit) {
  const { action, policyIndex, ruleIndex, trigger } = hit;
  return {
    ...policyOf(hit),
    // Goldmane has no word for it, and Whisker's page, which breaks on what is unspecified, has.
    action: action === 'log' ? 'Log' : Action[actionNumber(action)],
    policy_index: policyIndex,
    rule_index: ruleIndex,
    trigger:
      trigger === null
        ? null
        : {
            ...policyOf(trigger),
            action: Action[Action.ActionUnspecified],
            policy_index: 0,
            rule_index: 0,
            trigger: null,
          },
  };
}

function policyOf({ kind, name, namespace, tier }: PolicyRef) {
  return { kind: PolicyKind[policyKindNumber(kind)], name, namespace, tier };
}
