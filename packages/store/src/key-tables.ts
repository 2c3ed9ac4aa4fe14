import {
  type Endpoint,
  type FlowKey,
  intersectLabels,
  type Labels,
  NO_TRACE,
  type PolicyTrace,
  REPORTERS,
  type Reporter,
  type Service,
  VERDICTS,
  type Verdict,
} from '@vibrissa/model';
import { EndpointTable } from './endpoint-table.js';
import { Interner } from './interner.js';
import { PagedWords } from './paged.js';
import { TupleTable } from './tuple-table.js';

const SOURCE = 0;
const DEST = 1;
const SERVICE = 2;
const TRACE = 3;
const PROTOCOL = 4;
const REST = 5;

/** Unused interned values are looked for once this many are held, and again when as many more have come. */
const SWEEP_AT = 50_000;

/**
 * Flow keys as six integers: endpoints, service, trace and protocol are interned, the small fields share
 * a word. Label sets are interned beside them.
 */
export class KeyTables {
  readonly #endpoints = new EndpointTable();
  readonly #services = new Interner<Service | null>(null, '');
  readonly #traces = new Interner<PolicyTrace>(NO_TRACE, traceText(NO_TRACE));
  readonly #labels = new Interner<Labels>(null, '');
  readonly #protocols = new Interner<string>('', '');
  readonly #traceIds = new Map<PolicyTrace, number>([[NO_TRACE, 0]]);
  readonly #common = new Map<number, number>();
  readonly #lastLabels = new Map<number, { readonly labels: readonly string[]; readonly id: number }>();
  readonly #lastService = new Map<number, { readonly service: Service; readonly id: number }>();
  readonly #labelUses = new PagedWords(1);
  readonly #tuple = new Uint32Array(6);
  #sweepAt = SWEEP_AT;
  readonly keys = new TupleTable(6);

  /** The key's index; `−1 − index` when it is new. */
  upsert(key: FlowKey): number {
    const tuple = this.#tuple;
    tuple[SOURCE] = this.endpointId(key.source);
    tuple[DEST] = this.endpointId(key.dest);
    tuple[SERVICE] = key.service === null ? 0 : this.#serviceId(tuple[DEST], key.service);
    tuple[TRACE] = this.#traceId(key.trace);
    tuple[PROTOCOL] = this.#protocols.intern(key.protocol, () => key.protocol);
    tuple[REST] = key.port | (REPORTERS.indexOf(key.reporter) << 16) | (VERDICTS.indexOf(key.verdict) << 18);
    return this.keys.upsert(tuple);
  }

  read(index: number): FlowKey {
    return {
      source: this.source(index),
      dest: this.dest(index),
      port: this.port(index),
      protocol: this.#protocols.get(this.keys.word(index, PROTOCOL)),
      service: this.#services.get(this.keys.word(index, SERVICE)),
      reporter: REPORTERS[(this.keys.word(index, REST) >>> 16) & 3] as Reporter,
      verdict: VERDICTS[this.keys.word(index, REST) >>> 18] as Verdict,
      trace: this.#traces.get(this.keys.word(index, TRACE)),
    };
  }

  source(index: number): Endpoint {
    return this.#endpoints.get(this.keys.word(index, SOURCE));
  }

  dest(index: number): Endpoint {
    return this.#endpoints.get(this.keys.word(index, DEST));
  }

  port(index: number): number {
    return this.keys.word(index, REST) & 0xffff;
  }

  verdict(index: number): Verdict {
    return VERDICTS[this.keys.word(index, REST) >>> 18] as Verdict;
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
    return this.#labelsId(this.keys.word(index, SOURCE), labels);
  }

  /** The id of the labels that the key's destination has in a record. */
  destLabelsId(index: number, labels: Labels): number {
    return this.#labelsId(this.keys.word(index, DEST), labels);
  }

  /** An endpoint mostly has the labels it had last, and comparing is cheaper than looking up. */
  #labelsId(endpoint: number, labels: Labels): number {
    if (labels === null) return 0;
    const last = this.#lastLabels.get(endpoint);
    if (last !== undefined && sameList(last.labels, labels)) return last.id;
    const id = this.#internLabels(labels);
    this.#lastLabels.set(endpoint, { labels, id });
    return id;
  }

  #internLabels(labels: readonly string[]): number {
    return this.#labels.intern(`\n${labels.join('\n')}`, () => labels);
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

  /** True when enough strings have been interned that forgetting the unused ones is worth a pass. */
  get wantsSweep(): boolean {
    return this.#held > this.#sweepAt;
  }

  get #held(): number {
    return this.#endpoints.size + this.#labels.size + this.#traces.size + this.#services.size;
  }

  /** Counts one use more of a label set and one less of another. */
  useLabels(more: number, less: number): void {
    this.#labelUses.reserve(Math.max(more, less));
    if (more !== 0) this.#labelUses.set(more, 0, this.#labelUses.get(more, 0) + 1);
    if (less !== 0) this.#labelUses.set(less, 0, this.#labelUses.get(less, 0) - 1);
  }

  /** Forgets what no live key uses. `keys` lists the live ones. */
  sweep(keys: Iterable<number>, endpointsInUse: Iterable<number>): void {
    const endpoints = new Uint8Array(this.#endpoints.bound);
    const services = new Uint8Array(this.#services.bound);
    const traces = new Uint8Array(this.#traces.bound);
    for (const id of endpointsInUse) endpoints[id] = 1;
    for (const key of keys) {
      endpoints[this.keys.word(key, SOURCE)] = 1;
      endpoints[this.keys.word(key, DEST)] = 1;
      services[this.keys.word(key, SERVICE)] = 1;
      traces[this.keys.word(key, TRACE)] = 1;
    }
    this.#endpoints.sweep(endpoints);
    this.#services.sweep(services);
    const gone = new Set(this.#traces.sweep(traces));
    for (const [trace, id] of this.#traceIds) if (gone.has(id)) this.#traceIds.delete(trace);
    const labels = new Uint8Array(this.#labels.bound);
    for (let id = 1; id < labels.length; id++) {
      this.#labelUses.reserve(id);
      labels[id] = this.#labelUses.get(id, 0) > 0 ? 1 : 0;
    }
    this.#labels.sweep(labels);
    this.#common.clear();
    this.#lastLabels.clear();
    this.#lastService.clear();
    this.#sweepAt = Math.max(SWEEP_AT, 2 * this.#held);
  }

  /** A destination is mostly reached by the service it was reached by last. */
  #serviceId(dest: number, service: Service): number {
    const last = this.#lastService.get(dest);
    if (last !== undefined && sameService(last.service, service)) return last.id;
    const { namespace, name, portName, port } = service;
    const id = this.#services.intern(`${namespace}\n${name}\n${portName}\n${port}`, () => service);
    this.#lastService.set(dest, { service, id });
    return id;
  }

  /** Converters share one object among equal traces, so most are found without reading them. */
  #traceId(trace: PolicyTrace): number {
    const known = this.#traceIds.get(trace);
    if (known !== undefined) return known;
    const id = this.#traces.intern(traceText(trace), () => trace);
    this.#traceIds.set(trace, id);
    if (this.#traceIds.size > SWEEP_AT) {
      this.#traceIds.clear();
      this.#traceIds.set(NO_TRACE, 0);
    }
    return id;
  }
}

function traceText(trace: PolicyTrace): string {
  return JSON.stringify([trace.enforced, trace.pending]);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function sameService(a: Service, b: Service): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.port === b.port && a.portName === b.portName;
}
