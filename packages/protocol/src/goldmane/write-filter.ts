import { create } from '@bufbuild/protobuf';
import { conjuncts, type Filter, POLICY_KINDS, VERDICTS } from '@vibrissa/model';
import {
  FilterSchema,
  MatchType,
  type PolicyMatch,
  PolicyMatchSchema,
  PortMatchSchema,
  Reporter,
  type StringMatch,
  StringMatchSchema,
  type Filter as WireFilter,
  PolicyKind as WireKind,
} from '../gen/goldmane_pb.js';
import { GLOBAL } from './match-filter.js';
import { NOTHING, policyKindNumber, verdictNumber } from './names.js';

/** What of a filter a Goldmane can be asked for. */
export interface WrittenFilter {
  /** Undefined asks for everything. */
  readonly filter: WireFilter | undefined;
  /** False when Goldmane sends more, which our own filter must then keep out. */
  readonly exact: boolean;
}

type Clause = Filter & { readonly type: 'clause' };

/** Says a part of a filter in Goldmane's terms; null when it cannot, else whether it says exactly that. */
type Write = (into: WireFilter, values: readonly string[]) => boolean | null;

/**
 * The filter that a Goldmane can be asked for instead of ours: it matches at least the same flows.
 *
 * Goldmane knows the end of a tier by the hit alone and not by the policy it is put down to, so whoever asks for a
 * policy is also sent every end of a tier. Its "contains" has regard to case, so ours is not asked for.
 */
export function filterToGoldmane(filter: Filter): WrittenFilter {
  const parts = conjuncts(filter);
  if (parts.length === 0) return { filter: undefined, exact: true };
  const written = create(FilterSchema);
  const taken = new Set<keyof WireFilter>();
  let exact = true;
  for (const part of parts) exact = writePart(part, written, taken) === true && exact;
  return { filter: taken.size === 0 ? undefined : written, exact };
}

function writePart(part: Filter, into: WireFilter, taken: Set<keyof WireFilter>): boolean | null {
  const found = part.type === 'clause' ? WRITERS.get(part.field) : undefined;
  // Values of one field are alternatives: only one clause of ours fits into it.
  if (found === undefined || !isEqual(part) || taken.has(found.place)) return null;
  const exact = found.write(into, part.values);
  if (exact !== null) taken.add(found.place);
  return exact;
}

function isEqual(part: Filter): part is Clause {
  return part.type === 'clause' && part.op === '=';
}

interface Writer {
  readonly place: keyof WireFilter;
  readonly write: Write;
}

const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['source.name', { place: 'sourceNames', write: (into, values) => writeNames(into.sourceNames, values) }],
  ['dest.name', { place: 'destNames', write: (into, values) => writeNames(into.destNames, values) }],
  [
    'source.workload',
    { place: 'sourceNames', write: (into, values) => writeStems(into.sourceNames, values) },
  ],
  ['dest.workload', { place: 'destNames', write: (into, values) => writeStems(into.destNames, values) }],
  [
    'source.namespace',
    { place: 'sourceNamespaces', write: (into, values) => writeNamespaces(into.sourceNamespaces, values) },
  ],
  [
    'dest.namespace',
    { place: 'destNamespaces', write: (into, values) => writeNamespaces(into.destNamespaces, values) },
  ],
  [
    'protocol',
    { place: 'protocols', write: (into, values) => push(into.protocols, values, MatchType.Exact) },
  ],
  ['port', { place: 'destPorts', write: writePorts }],
  ['verdict', { place: 'actions', write: writeVerdicts }],
  ['reporter', { place: 'reporter', write: writeReporter }],
  ['policy', { place: 'policies', write: (into, values) => writePolicies(into, values, 'name') }],
  [
    'policy.namespace',
    { place: 'policies', write: (into, values) => writePolicies(into, values, 'namespace') },
  ],
  ['policy.tier', { place: 'policies', write: (into, values) => writePolicies(into, values, 'tier') }],
  ['policy.kind', { place: 'policies', write: writeKinds }],
]);

function push(into: StringMatch[], values: readonly string[], type: MatchType): true {
  for (const value of values) into.push(create(StringMatchSchema, { value, type }));
  return true;
}

/** Names that are aliases to Goldmane, such as PUBLIC NETWORK, are none to us. */
function writeNames(into: StringMatch[], values: readonly string[]): boolean {
  push(into, values, MatchType.Exact);
  return !values.some((value) => value.endsWith(' NETWORK'));
}

/** What a workload is called is part of its name. */
function writeStems(into: StringMatch[], values: readonly string[]): boolean {
  push(into, values, MatchType.Fuzzy);
  return false;
}

function writeNamespaces(into: StringMatch[], values: readonly string[]): boolean {
  push(
    into,
    values.map((value) => (value === '' ? NOTHING : value)),
    MatchType.Exact,
  );
  // Asked for the dash, Goldmane also gives a namespace that is called so.
  return !values.some((value) => value === '' || value === NOTHING || value === GLOBAL);
}

function writePorts(into: WireFilter, values: readonly string[]): boolean | null {
  if (!values.every((value) => /^\d{1,5}$/.test(value))) return null;
  into.destPorts.push(...values.map((value) => create(PortMatchSchema, { port: BigInt(value) })));
  return true;
}

function writeVerdicts(into: WireFilter, values: readonly string[]): boolean {
  into.actions.push(...VERDICTS.filter((verdict) => values.includes(verdict)).map(verdictNumber));
  return into.actions.length > 0;
}

function writeReporter(into: WireFilter, values: readonly string[]): boolean | null {
  const [only] = values;
  if (values.length !== 1 || (only !== 'src' && only !== 'dst')) return null;
  into.reporter = only === 'src' ? Reporter.Src : Reporter.Dst;
  return true;
}

function writePolicies(
  into: WireFilter,
  values: readonly string[],
  field: 'name' | 'namespace' | 'tier',
): boolean | null {
  // An empty value asks a Goldmane for nothing.
  if (values.includes('')) return null;
  into.policies.push(
    ...values.map((value) => create(PolicyMatchSchema, { [field]: { value, type: MatchType.Exact } })),
  );
  if (field === 'tier') return true;
  into.policies.push(anyEndOfTier());
  return false;
}

function writeKinds(into: WireFilter, values: readonly string[]): boolean {
  const kinds = POLICY_KINDS.filter((kind) => values.includes(kind)).map(policyKindNumber);
  into.policies.push(...kinds.map((kind) => create(PolicyMatchSchema, { kind })), anyEndOfTier());
  return false;
}

function anyEndOfTier(): PolicyMatch {
  return create(PolicyMatchSchema, { kind: WireKind.EndOfTier });
}
