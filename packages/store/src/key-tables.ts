import {
  type Endpoint,
  type FlowKey,
  intersectLabels,
  type KeyPlace,
  type Labels,
  type PolicyTrace,
  REPORTERS,
  type Reporter,
  VERDICTS,
  type Verdict,
} from '@vibrissa/model';
import { EndpointTable } from './endpoint-table.js';
import { Interner } from './interner.js';
import { portOf, reporterOf, restOf, verdictOf } from './key-rest.js';
import { labelsText } from './name-texts.js';
import { PagedWords } from './paged.js';
import { ServiceTable } from './service-table.js';
import { TraceTable } from './trace-table.js';
import { TupleTable } from './tuple-table.js';
import type { UseCounts } from './use-counts.js';

const SOURCE = 0;
const DEST = 1;
const SERVICE = 2;
const TRACE = 3;
const PROTOCOL = 4;
const REST = 5;

/** Keys known by identity, in each of two generations; each is kept in memory for it. */
const KNOWN_KEYS = 50_000;

/** Unused interned values are looked for once this many are held, and again when as many more have come. */
const SWEEP_AT = 50_000;

/**
 * Flow keys as six integers: endpoints, service, trace and protocol are interned, the small fields share
 * a word. Label sets are interned beside them.
 */
export class KeyTables {
  readonly #endpoints = new EndpointTable();
  readonly #services = new ServiceTable();
  readonly #traces = new TraceTable();
  readonly #labels = new Interner<Labels>(null, '');
  readonly #protocols = new Interner<string>('', '');
  readonly #common = new Map<number, number>();
  /** By endpoint; apart for each side, as readers share lists among the records of a side. */
  #lastSourceLabels: (LastLabels | undefined)[] = [];
  #lastDestLabels: (LastLabels | undefined)[] = [];
  #byIdentity = new Map<FlowKey, KnownKey>();
  #olderByIdentity = new Map<FlowKey, KnownKey>();
  /** Counts how often an index was given to a new key. */
  readonly #generations = new PagedWords(1);
  readonly #tuple = new Uint32Array(6);
  #sweepAt = SWEEP_AT;
  readonly keys = new TupleTable(6);

  /** The same, for a key that comes with its place. */
  upsertAt(key: FlowKey, place: KeyPlace): number {
    const { index } = place;
    if (place.owner === this && this.#generations.get(index, 0) === place.generation) return index;
    const found = this.#upsert(key);
    place.owner = this;
    place.index = found < 0 ? -1 - found : found;
    this.#generations.reserve(place.index);
    place.generation = this.#generations.get(place.index, 0);
    return found;
  }

  /** The key's index; `−1 − index` when it is new. */
  upsert(key: FlowKey): number {
    const known = this.#byIdentity.get(key);
    if (known !== undefined && this.#generations.get(known.index, 0) === known.generation) return known.index;
    if (known === undefined) {
      const older = this.#olderByIdentity.get(key);
      if (older !== undefined && this.#generations.get(older.index, 0) === older.generation) {
        this.#remember(key, older);
        return older.index;
      }
    }
    const found = this.#upsert(key);
    if (Object.isFrozen(key)) {
      const index = found < 0 ? -1 - found : found;
      this.#generations.reserve(index);
      this.#remember(key, { index, generation: this.#generations.get(index, 0) });
    }
    return found;
  }

  /** Converters freeze keys that they hand out again; such a key is then known without looking at it. */
  #remember(key: FlowKey, known: KnownKey): void {
    if (this.#byIdentity.size >= KNOWN_KEYS) {
      this.#olderByIdentity = this.#byIdentity;
      this.#byIdentity = new Map();
    }
    this.#byIdentity.set(key, known);
  }

  #upsert(key: FlowKey): number {
    const tuple = this.#tuple;
    tuple[SOURCE] = this.endpointId(key.source);
    tuple[DEST] = this.endpointId(key.dest);
    tuple[SERVICE] = key.service === null ? 0 : this.#services.intern(tuple[DEST], key.service);
    tuple[TRACE] = this.#traces.intern(key.trace);
    tuple[PROTOCOL] = this.#protocols.intern(key.protocol, () => key.protocol);
    tuple[REST] = restOf(key.port, REPORTERS.indexOf(key.reporter), VERDICTS.indexOf(key.verdict));
    return this.keys.upsert(tuple);
  }

  /** How often the index has been given to a key that was forgotten since. */
  generation(index: number): number {
    this.#generations.reserve(index);
    return this.#generations.get(index, 0);
  }

  /** How often the number of a label set has been given to one that was forgotten since. */
  labelsGeneration(id: number): number {
    return this.#labels.generation(id);
  }

  /** The id of a label set, whoever has it. */
  labelsId(labels: Labels): number {
    return labels === null ? 0 : this.#internLabels(labels);
  }

  read(index: number): FlowKey {
    return {
      source: this.source(index),
      dest: this.dest(index),
      port: this.port(index),
      protocol: this.#protocols.get(this.keys.word(index, PROTOCOL)),
      service: this.#services.get(this.keys.word(index, SERVICE)),
      reporter: this.reporter(index),
      verdict: this.verdict(index),
      trace: this.trace(index),
    };
  }

  source(index: number): Endpoint {
    return this.#endpoints.get(this.keys.word(index, SOURCE));
  }

  dest(index: number): Endpoint {
    return this.#endpoints.get(this.keys.word(index, DEST));
  }

  port(index: number): number {
    return portOf(this.keys.word(index, REST));
  }

  verdict(index: number): Verdict {
    return verdictOf(this.keys.word(index, REST));
  }

  reporter(index: number): Reporter {
    return reporterOf(this.keys.word(index, REST));
  }

  trace(index: number): PolicyTrace {
    return this.#traces.get(this.keys.word(index, TRACE));
  }

  /** `[source, dest, protocol, port]` in integers: what reports of one connection have in common. */
  pairOf(index: number, into: Uint32Array): void {
    into[0] = this.keys.word(index, SOURCE);
    into[1] = this.keys.word(index, DEST);
    into[2] = this.keys.word(index, PROTOCOL);
    into[3] = this.port(index);
  }

  endpointId(endpoint: Endpoint): number {
    return this.#endpoints.intern(endpoint);
  }

  /** The id of the labels that the key's source has in a record. */
  sourceLabelsId(index: number, labels: Labels): number {
    return this.#labelsId(this.#lastSourceLabels, this.keys.word(index, SOURCE), labels);
  }

  /** The id of the labels that the key's destination has in a record. */
  destLabelsId(index: number, labels: Labels): number {
    return this.#labelsId(this.#lastDestLabels, this.keys.word(index, DEST), labels);
  }

  /** An endpoint mostly has the labels it had last, and comparing is cheaper than looking up. */
  #labelsId(lastLabels: (LastLabels | undefined)[], endpoint: number, labels: Labels): number {
    if (labels === null) return 0;
    const last = lastLabels[endpoint];
    if (last !== undefined && sameList(last.labels, labels)) return last.id;
    const id = this.#internLabels(labels);
    lastLabels[endpoint] = { labels, id };
    return id;
  }

  #internLabels(labels: readonly string[]): number {
    return this.#labels.intern(labelsText(labels), () => labels);
  }

  labels(id: number): Labels {
    return this.#labels.get(id);
  }

  /** The id of what two label sets have in common. */
  commonLabels(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const pair = Math.min(a, b) * 2 ** 26 + Math.max(a, b);
    const known = this.#common.get(pair);
    if (known !== undefined) return known;
    const common = this.#internLabels(intersectLabels(this.labels(a), this.labels(b)) ?? []);
    this.#common.set(pair, common);
    return common;
  }

  /** How many interned values are held, used or not. */
  get held(): number {
    return this.#endpoints.size + this.#labels.size + this.#traces.size + this.#services.size;
  }

  /** Says that a new key is held. */
  hold(index: number): void {
    this.#endpoints.uses.use(this.keys.word(index, SOURCE));
    this.#endpoints.uses.use(this.keys.word(index, DEST));
    this.#services.uses.use(this.keys.word(index, SERVICE));
    this.#traces.uses.use(this.keys.word(index, TRACE));
  }

  /** Forgets a key. */
  release(index: number): void {
    this.#endpoints.uses.drop(this.keys.word(index, SOURCE));
    this.#endpoints.uses.drop(this.keys.word(index, DEST));
    this.#services.uses.drop(this.keys.word(index, SERVICE));
    this.#traces.uses.drop(this.keys.word(index, TRACE));
    this.#generations.reserve(index);
    this.#generations.set(index, 0, this.#generations.get(index, 0) + 1);
    this.keys.remove(index);
  }

  /** Endpoints that no key names but something else does. */
  get endpointUses(): UseCounts {
    return this.#endpoints.uses;
  }

  /** Counts one use more of a label set and one less of another. */
  useLabels(more: number, less: number): void {
    if (more !== 0) this.#labels.uses.use(more);
    if (less !== 0) this.#labels.uses.drop(less);
  }

  /** When much has been interned: forgets some of what is not used any more, at most `budget` looks a table. */
  sweepSome(budget: number): void {
    if (this.held <= this.#sweepAt) return;
    const swept = [this.#endpoints, this.#labels, this.#services, this.#traces].map((table) =>
      table.sweep(budget),
    );
    // These remember ids by what they stood for, and some stand for nothing now.
    this.#common.clear();
    this.#lastSourceLabels = [];
    this.#lastDestLabels = [];
    if (swept.every(Boolean)) this.#sweepAt = Math.max(SWEEP_AT, 2 * this.held);
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Where a key was put, and how often that place had been given away by then. */
interface KnownKey {
  readonly index: number;
  readonly generation: number;
}

interface LastLabels {
  readonly labels: readonly string[];
  readonly id: number;
}
