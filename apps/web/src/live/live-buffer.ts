import { ENDPOINT_KINDS, type Endpoint, type PolicyHit, REPORTERS, type Reporter } from '@vibrissa/model';
import {
  type RowDef,
  type Rows,
  type RowUpdate,
  SPARK_BUCKETS,
  WIRE_VERDICTS,
} from '@vibrissa/protocol/messages';
import { rowKeyText } from '../view/view-url.js';
import type { Row } from './row.js';
import { RowOrder } from './row-order.js';
import type { RowSort } from './row-sort.js';

/**
 * The rows of one subscription, kept in order. A fresh snapshot rewrites the rows it names again, so that
 * what is on screen stays, and takes out the others only once it is complete.
 */
export class LiveBuffer {
  /** Rows that came since the buffer was made; the difference of two readings is what is new between them. */
  arrivals = 0;
  /** How many rows match in all; more than are held when the server's limit cut. */
  total = 0;
  /** Whether a snapshot has been complete since the last `expectSnapshot`. */
  loaded = false;
  /** Whether sparklines slide on bucket by bucket; else they are as they were read. */
  streams = true;

  readonly #order: RowOrder;
  readonly #byId = new Map<number, Row>();
  readonly #byKey = new Map<string, Row>();
  readonly #deciders = new Map<number, PolicyHit>();
  /** Rows named since the snapshot began; null when none is under way. */
  #renewed: Set<Row> | null = null;
  #resetNext = true;

  constructor(
    sort: RowSort,
    private readonly bucketMs: () => number,
  ) {
    this.#order = new RowOrder(sort);
  }

  /** In order, as of the last settle; a new array whenever that changed. */
  get rows(): readonly Row[] {
    return this.#order.rows;
  }

  get size(): number {
    return this.#byId.size;
  }

  find(key: string): Row | null {
    return this.#byKey.get(key) ?? null;
  }

  sortBy(sort: RowSort): void {
    this.#order.resort(sort);
  }

  /** See RowOrder.settle. */
  settle(budget: number): boolean {
    return this.#order.settle(budget);
  }

  /** What comes next belongs to another question, whatever the server says. */
  expectSnapshot(): void {
    this.#resetNext = true;
    this.loaded = false;
  }

  apply(message: Rows): void {
    if (message.reset === true || (this.#resetNext && message.phase === 'snapshot')) this.#beginSnapshot();
    for (const [index, hit] of message.deciders) this.#deciders.set(index, hit);
    for (const def of message.defs) this.#define(def);
    for (const update of message.rows) this.#update(update);
    for (const spark of message.sparks ?? []) this.#setSpark(spark);
    for (const id of message.gone) this.#remove(this.#byId.get(id));
    if (message.ids !== undefined) this.#keepOnly(new Set(message.ids));
    this.total = message.total;
    if (message.phase === 'snapshot' && message.done === true) this.#endSnapshot();
  }

  #beginSnapshot(): void {
    this.#resetNext = false;
    this.#renewed = new Set();
    this.#byId.clear();
    this.#deciders.clear();
  }

  #endSnapshot(): void {
    const renewed = this.#renewed;
    this.#renewed = null;
    this.loaded = true;
    if (renewed === null) return;
    for (const row of this.#byKey.values()) if (!renewed.has(row)) this.#remove(row);
  }

  #keepOnly(ids: ReadonlySet<number>): void {
    for (const row of this.#byId.values()) if (!ids.has(row.id)) this.#remove(row);
  }

  #define(def: RowDef): void {
    const held = this.#byId.get(def.id);
    if (held !== undefined) {
      held.newSince = def.newSince;
      return;
    }
    const source = endpointFrom(def.source);
    const dest = endpointFrom(def.dest);
    const reporter = REPORTERS.find((name) => name === def.reporter) ?? null;
    let key = rowKeyText(source, dest, def.port, def.protocol, reporter ?? '');
    const known = this.#byKey.get(key);
    if (known !== undefined && this.#renewed !== null && !this.#renewed.has(known)) {
      this.#renew(known, def);
      return;
    }
    // Raw reports that differ only in what policy said share everything the key is made of.
    if (known !== undefined) key = rowKeyText(source, dest, def.port, def.protocol, `${reporter}.${def.id}`);
    const row = newRow(def, key, source, dest, reporter);
    this.#byId.set(def.id, row);
    this.#byKey.set(key, row);
    this.#renewed?.add(row);
    this.arrivals += 1;
    this.#order.touch(row);
  }

  #renew(row: Row, def: RowDef): void {
    row.id = def.id;
    row.service = serviceFrom(def);
    row.firstSeen = def.firstSeen;
    row.newSince = def.newSince;
    row.revision += 1;
    this.#byId.set(def.id, row);
    this.#renewed?.add(row);
    this.#order.touch(row);
  }

  #update(update: RowUpdate): void {
    const row = this.#byId.get(update[0]);
    if (row === undefined) return;
    row.lastSeen = update[1];
    row.verdict = WIRE_VERDICTS[update[2]] ?? 'unknown';
    row.pending = WIRE_VERDICTS[update[3]] ?? 'unknown';
    row.decidedBy = this.#deciders.get(update[4]) ?? null;
    row.pendingDecidedBy = this.#deciders.get(update[5]) ?? null;
    row.bytesSent = update[6];
    row.bytesReceived = update[7];
    row.packetsSent = update[8];
    row.packetsReceived = update[9];
    row.connectionsStarted = update[10];
    row.connectionsLive = update[11];
    row.connectionsDenied = update[12];
    row.lossy = update[15] === 1;
    if (this.streams) advanceSpark(row, update[13], update[14], this.bucketMs());
    else row.sparkAt = update[13];
    row.revision += 1;
    this.#order.touch(row);
  }

  #setSpark([id, ...counts]: readonly number[]): void {
    const row = id === undefined ? undefined : this.#byId.get(id);
    if (row === undefined) return;
    const newest = counts.slice(-SPARK_BUCKETS);
    row.spark.splice(0, row.spark.length, ...new Array(SPARK_BUCKETS - newest.length).fill(0), ...newest);
    row.revision += 1;
  }

  #remove(row: Row | undefined): void {
    if (row === undefined) return;
    row.gone = true;
    row.revision += 1;
    if (this.#byId.get(row.id) === row) this.#byId.delete(row.id);
    if (this.#byKey.get(row.key) === row) this.#byKey.delete(row.key);
    this.#order.touch(row);
  }
}

/** Writes `packets` for the bucket at `at`, sliding the spark on when that is a later one. */
function advanceSpark(row: Row, at: number, packets: number, bucketMs: number): void {
  const { spark } = row;
  if (row.sparkAt === 0) row.sparkAt = at;
  const steps = Math.round((at - row.sparkAt) / bucketMs);
  if (steps > 0) {
    const slide = Math.min(steps, SPARK_BUCKETS);
    spark.splice(0, slide);
    for (let i = 0; i < slide; i += 1) spark.push(0);
    row.sparkAt = at;
  }
  const index = SPARK_BUCKETS - 1 + Math.min(steps, 0);
  if (index >= 0) spark[index] = packets;
}

function newRow(def: RowDef, key: string, source: Endpoint, dest: Endpoint, reporter: Reporter | null): Row {
  return {
    id: def.id,
    key,
    source,
    dest,
    port: def.port,
    protocol: def.protocol,
    service: serviceFrom(def),
    reporter,
    firstSeen: def.firstSeen,
    newSince: def.newSince,
    lastSeen: def.firstSeen,
    verdict: 'unknown',
    pending: 'unknown',
    decidedBy: null,
    pendingDecidedBy: null,
    bytesSent: null,
    bytesReceived: null,
    packetsSent: null,
    packetsReceived: null,
    connectionsStarted: null,
    connectionsLive: null,
    connectionsDenied: null,
    lossy: false,
    spark: new Array<number>(SPARK_BUCKETS).fill(0),
    sparkAt: 0,
    revision: 0,
    gone: false,
  };
}

function serviceFrom({ service }: RowDef): Row['service'] {
  if (service === null) return null;
  const [namespace, name, portName, port] = service;
  return { namespace, name, portName, port };
}

function endpointFrom([kind, namespace, name, address]: RowDef['source']): Endpoint {
  return { kind: ENDPOINT_KINDS.find((known) => known === kind) ?? 'network', namespace, name, address };
}
