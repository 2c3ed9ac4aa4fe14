import {
  type Endpoint,
  type FlowKey,
  type Grouping,
  groupKeyOf,
  intersectLabels,
  type Labels,
  type Millis,
  millis,
  NO_TRACE,
  type PolicyTrace,
  REPORTERS,
  type Reporter,
  type Service,
  VERDICTS,
  type Verdict,
} from '@vibrissa/model';
import { portOf, reporterOf, restOf, verdictOf } from '../key-rest.js';
import { endpointText, labelsText, serviceText, traceText } from '../name-texts.js';
import { PagedFloats } from '../paged.js';
import { Dictionary } from './dictionary.js';
import { IdTable } from './id-table.js';
import { LineTable } from './line-table.js';

const SOURCE = 0;
const DEST = 1;
const SERVICE = 2;
const TRACE = 3;
const PROTOCOL = 4;
const REST = 5;

const SERIES_KEY = 0;
const SERIES_SOURCE = 1;
const SERIES_DEST = 2;

/** Label sets that are no one's own but what others have in common are numbered from here, and never written. */
const COMMON_FROM = 2 ** 30;

const NOWHERE: Endpoint = Object.freeze({ kind: 'workload', namespace: '', name: '', address: '' });

/**
 * Everything that is named by a number in the history: as many bytes a key as the ring needs, so that folding reads
 * no text from the database. Ids are those of the tables; they only rise and are never given again. A flow's line is
 * the key itself, and the ids of keys and connections are those that FlowGroups go by.
 */
export class HistoryKeys {
  readonly endpoints = new Dictionary<Endpoint>(NOWHERE);
  readonly protocols = new Dictionary<string>('');
  readonly services = new Dictionary<Service | null>(null);
  readonly traces = new Dictionary<PolicyTrace>(NO_TRACE);
  readonly labelSets = new Dictionary<Labels>(null);
  readonly texts = new Dictionary<string>('');
  readonly keys = new IdTable(6);
  readonly series = new IdTable(3);
  readonly #firstSeen = new PagedFloats(1);
  #lowered = new Set<number>();
  readonly #connections = new LineTable(4);
  readonly #coarse = new Map<Grouping, LineTable>();
  /** What coarse lines are named by; no table of the file holds these. */
  readonly #coarseEnds = new Dictionary<Endpoint>(NOWHERE);
  readonly #commonSets = new Dictionary<Labels>(null);
  readonly #common = new Map<number, number>();
  readonly #tuple = new Uint32Array(6);
  readonly #pair = new Uint32Array(4);
  readonly #triple = new Uint32Array(3);

  /** The key's id, given now if it is new. */
  nameKey(key: FlowKey, firstSeen: Millis): number {
    const tuple = this.#tuple;
    tuple[SOURCE] = this.#endpointId(key.source);
    tuple[DEST] = this.#endpointId(key.dest);
    tuple[SERVICE] = this.#serviceId(key.service);
    tuple[TRACE] = this.#traceId(key.trace);
    tuple[PROTOCOL] = this.protocols.idOf(key.protocol, () => key.protocol);
    tuple[REST] = restOf(key.port, REPORTERS.indexOf(key.reporter), VERDICTS.indexOf(key.verdict));
    const found = this.keys.upsert(tuple);
    const id = Math.abs(found);
    if (found > 0) {
      this.lower(id, firstSeen);
      return id;
    }
    this.#firstSeen.reserve(id);
    this.#firstSeen.set(id, 0, firstSeen);
    this.#connections.add(id, this.#pairOf(id));
    for (const [grouping, table] of this.#coarse) this.#joinCoarse(id, grouping, table);
    return id;
  }

  /** Says that a key was seen as early as this. */
  lower(key: number, firstSeen: Millis): void {
    if (firstSeen >= this.#firstSeen.get(key, 0)) return;
    this.#firstSeen.set(key, 0, firstSeen);
    this.#lowered.add(key);
  }

  /** Keys seen earlier than they were named with, since the last call. */
  takeLowered(): ReadonlySet<number> {
    const taken = this.#lowered;
    this.#lowered = new Set();
    return taken;
  }

  /** Gives back what was taken and could not be written. */
  returnLowered(keys: ReadonlySet<number>): void {
    for (const key of keys) this.#lowered.add(key);
  }

  /** Puts a loaded key at its id; what it refers to is loaded before. */
  loadKey(id: number, tuple: Uint32Array, connection: number, firstSeen: number): void {
    this.keys.put(id, tuple);
    this.#firstSeen.reserve(id);
    this.#firstSeen.set(id, 0, firstSeen);
    this.#connections.put(id, connection, this.#pairOf(id));
  }

  /** The id of a label set; 0 of unknown labels. */
  nameLabels(labels: Labels): number {
    return labels === null ? 0 : this.labelSets.idOf(labelsText(labels), () => labels);
  }

  /** The id of what a key with these label sets moves. */
  nameSeries(key: number, sourceLabels: number, destLabels: number): number {
    this.#triple[SERIES_KEY] = key;
    this.#triple[SERIES_SOURCE] = sourceLabels;
    this.#triple[SERIES_DEST] = destLabels;
    return Math.abs(this.series.upsert(this.#triple));
  }

  /** The id of a value of evidence; 0 of the empty one. */
  nameText(value: string): number {
    if (value === '') return 0;
    const known = this.texts.find(value);
    if (known !== 0) return known;
    // A piece of a longer text would keep all of that in memory.
    const own: string = JSON.parse(JSON.stringify(value));
    return this.texts.idOf(own, () => own);
  }

  /** False for ids that were let go of before this start. */
  has(key: number): boolean {
    return key > 0 && key < this.keys.bound && this.#connections.of(key) !== 0;
  }

  read(key: number): FlowKey {
    return {
      source: this.source(key),
      dest: this.dest(key),
      port: this.port(key),
      protocol: this.protocols.get(this.keys.word(key, PROTOCOL)),
      service: this.services.get(this.keys.word(key, SERVICE)),
      reporter: this.reporter(key),
      verdict: this.verdict(key),
      trace: this.trace(key),
    };
  }

  source(key: number): Endpoint {
    return this.endpoints.get(this.keys.word(key, SOURCE));
  }

  dest(key: number): Endpoint {
    return this.endpoints.get(this.keys.word(key, DEST));
  }

  port(key: number): number {
    return portOf(this.keys.word(key, REST));
  }

  reporter(key: number): Reporter {
    return reporterOf(this.keys.word(key, REST));
  }

  verdict(key: number): Verdict {
    return verdictOf(this.keys.word(key, REST));
  }

  trace(key: number): PolicyTrace {
    return this.traces.get(this.keys.word(key, TRACE));
  }

  sourceId(key: number): number {
    return this.keys.word(key, SOURCE);
  }

  destId(key: number): number {
    return this.keys.word(key, DEST);
  }

  serviceId(key: number): number {
    return this.keys.word(key, SERVICE);
  }

  protocolId(key: number): number {
    return this.keys.word(key, PROTOCOL);
  }

  traceId(key: number): number {
    return this.keys.word(key, TRACE);
  }

  firstSeen(key: number): Millis {
    return millis(this.#firstSeen.get(key, 0));
  }

  seriesKey(series: number): number {
    return this.series.word(series, SERIES_KEY);
  }

  seriesSourceLabels(series: number): number {
    return this.series.word(series, SERIES_SOURCE);
  }

  seriesDestLabels(series: number): number {
    return this.series.word(series, SERIES_DEST);
  }

  /** The labels of an id of `nameLabels` or `commonLabels`. */
  labels(id: number): Labels {
    return id >= COMMON_FROM ? this.#commonSets.get(id - COMMON_FROM) : this.labelSets.get(id);
  }

  /** The id of what two label sets have in common; what is unknown takes nothing away. */
  commonLabels(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const pair = Math.min(a, b) * 2 ** 31 + Math.max(a, b);
    const known = this.#common.get(pair);
    if (known !== undefined) return known;
    const common = intersectLabels(this.labels(a), this.labels(b)) ?? [];
    const text = labelsText(common);
    const id = this.labelSets.find(text) || COMMON_FROM + this.#commonSets.idOf(text, () => common);
    // Only spares computing it again; a bound keeps hostile labels from filling memory.
    if (this.#common.size >= 200_000) this.#common.clear();
    this.#common.set(pair, id);
    return id;
  }

  /** The line of a key: its id at `flow`, its connection's at `connection`; others are numbered anew at each start. */
  lineOf(key: number, grouping: Grouping): number {
    return grouping === 'flow' ? key : this.#table(grouping).of(key);
  }

  /** One more than the largest line, for arrays by line. */
  lineBound(grouping: Grouping): number {
    return grouping === 'flow' ? this.keys.bound : this.#table(grouping).lines.bound;
  }

  /** The keys ever held of a line, newest first. */
  *members(line: number, grouping: Grouping): Generator<number> {
    if (grouping === 'flow') {
      yield line;
      return;
    }
    const table = this.#table(grouping);
    for (let key = table.first(line); key !== 0; key = table.next(key)) yield key;
  }

  get memoryBytes(): number {
    const lines = this.#connections.lines.bound;
    return this.keys.bound * 60 + this.series.bound * 20 + lines * 28 + this.texts.size * 80;
  }

  /** Tables of the coarse groupings are built when first asked for. */
  #table(grouping: Grouping): LineTable {
    if (grouping === 'connection') return this.#connections;
    const known = this.#coarse.get(grouping);
    if (known !== undefined) return known;
    const table = new LineTable(2);
    for (let key = 1; key < this.keys.bound; key++) if (this.has(key)) this.#joinCoarse(key, grouping, table);
    this.#coarse.set(grouping, table);
    return table;
  }

  #joinCoarse(key: number, grouping: Grouping, table: LineTable): void {
    const { source, dest } = groupKeyOf(this.read(key), grouping);
    const pair = this.#pair.subarray(0, 2);
    pair[0] = this.#coarseEnds.idOf(endpointText(source), () => source);
    pair[1] = this.#coarseEnds.idOf(endpointText(dest), () => dest);
    table.add(key, pair);
  }

  #pairOf(key: number): Uint32Array {
    const pair = this.#pair;
    pair[0] = this.keys.word(key, SOURCE);
    pair[1] = this.keys.word(key, DEST);
    pair[2] = this.keys.word(key, PROTOCOL);
    pair[3] = this.port(key);
    return pair;
  }

  #endpointId(endpoint: Endpoint): number {
    return this.endpoints.idOf(endpointText(endpoint), () => endpoint);
  }

  #serviceId(service: Service | null): number {
    return service === null ? 0 : this.services.idOf(serviceText(service), () => service);
  }

  #traceId(trace: PolicyTrace): number {
    if (trace.enforced.length + trace.pending.length === 0) return 0;
    return this.traces.idOf(traceText(trace), () => trace);
  }
}
