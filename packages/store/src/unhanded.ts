import type { FlowRecord } from '@vibrissa/model';
import type { HandOverPart } from './flow-history.js';
import { HandOver } from './hand-over.js';
import { EARLIER, KeyMarks, LISTED, VISITED_NEXT } from './key-marks.js';
import { LateLog, type Mentions } from './late-log.js';
import { LastingNames, PassingNames } from './names.js';
import { PartBuilder } from './part-builder.js';
import type { RingParts } from './ring-parts.js';
import { RowWriter } from './row-writer.js';
import { NONE } from './slot-pool.js';
import { SlotWalks } from './slot-walks.js';

/** Rows beside the slots that are kept at most while they cannot be handed over, 80 bytes each. */
const MOST_ROWS = 1_000_000;

/** How many slots, rows or keys are looked at before the clock is. */
const USUAL_STEP = 128;

/**
 * What of the ring has not been handed over yet. The ring tells of each record and of what it lets go of, so that a
 * hand-over that takes many slices still hands over exactly what was there when it began.
 */
export class Unhanded {
  readonly names: LastingNames;
  readonly #ring: RingParts;
  readonly #marks = new KeyMarks();
  readonly #walks: SlotWalks;
  #log = new LateLog();
  #through = -1;
  #current: HandOver | null = null;
  #taken = 0;
  #dropped = 0;
  #isDropped = false;

  constructor(
    ring: RingParts,
    readonly step = USUAL_STEP,
  ) {
    this.#ring = ring;
    this.names = new LastingNames(ring);
    this.#walks = new SlotWalks(ring.slots, step);
    for (const key of ring.heldKeys()) {
      this.#marks.add(key);
      this.#marks.list(key, 0);
      ring.evidence.markUnhanded(ring.evidenceOf(key));
      this.#taken++;
    }
    for (const bucket of ring.bucketNumbers()) {
      for (let slot = ring.firstSlot(bucket); slot !== NONE; slot = ring.slots.nextInBucket(slot))
        ring.slots.markUnhanded(slot);
    }
  }

  /** The newest bucket whose slots have been handed over, or are being. */
  get through(): number {
    return this.#through;
  }

  /** Records taken since the last hand-over began. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether a hand-over of all up to this bucket would have something to hand over. */
  hasUpTo(bucket: number): boolean {
    if (this.#log.rows.length > 0) return true;
    for (const number of this.#ring.bucketNumbers())
      if (number > this.#through && number <= bucket) return true;
    return false;
  }

  /** Rows that wait beside the slots. */
  get waitingRows(): number {
    return this.#log.rows.length;
  }

  /** Rows that could not be kept until they were handed over. */
  get dropped(): number {
    return this.#dropped;
  }

  /** All up to this bucket is known to the history; what is here of it by now came after. */
  beginAfter(bucket: number): void {
    for (const number of this.#ring.bucketNumbers()) {
      if (number > bucket || number <= this.#through) continue;
      const { slots } = this.#ring;
      for (let slot = this.#ring.firstSlot(number); slot !== NONE; slot = slots.nextInBucket(slot)) {
        if (slots.isHanded(slot)) continue;
        this.#logSlot(slot);
        slots.markHanded(slot);
      }
    }
    this.#through = Math.max(this.#through, bucket);
  }

  /** Fixes what will be handed over: all buckets up to this one and whatever came late. Ends with the mark. */
  begin(segment: number, bucket: number, put: (part: HandOverPart) => void): HandOver {
    const log = this.#log;
    this.#log = new LateLog();
    this.#log.takeNewer(log, bucket);
    const changed = this.#marks.takeChanged();
    const buckets = [...this.#ring.bucketNumbers()]
      .filter((number) => number > this.#through && number <= bucket)
      .sort((a, b) => a - b);
    this.#through = Math.max(this.#through, bucket);
    this.#taken = 0;
    this.#current = new HandOver(this.#ring, this, { log, changed, buckets, mark: { segment, bucket }, put });
    return this.#current;
  }

  /** The hand-over is done, or given up. */
  end(handOver: HandOver): void {
    if (this.#current === handOver) this.#current = null;
  }

  /** Whether the hand-over still goes on: the ring may have forgotten everything meanwhile. */
  isCurrent(handOver: HandOver): boolean {
    return this.#current === handOver;
  }

  /**
   * What no hand-over has yet, as one part: in steps, to be run to the end before the next hand-over begins. What comes
   * in meanwhile may be in it or not.
   */
  *tail(done: (part: HandOverPart) => void): Generator<void> {
    const part = new PartBuilder();
    const writer = new RowWriter(this.#ring, part, new PassingNames(this.#ring, this.names));
    for (const _ of this.#tailSteps(writer)) {
      yield;
      if (this.#isDropped) break;
    }
    done(part.take(null));
  }

  *#tailSteps(writer: RowWriter): Generator<void> {
    const log = this.#log;
    const { changed } = this.#marks;
    const buckets = [...this.#ring.bucketNumbers()].filter((number) => number > this.#through);
    for (const bucket of buckets.sort((a, b) => a - b)) {
      for (const slot of this.slotsOf(bucket)) {
        if (slot === NONE) yield;
        else writer.slot(slot);
      }
    }
    for (let row = 0; row < log.rows.length; row++) {
      if (row % this.step === this.step - 1) yield;
      writer.logRow(log, row);
    }
    for (let number = 0; number < log.flows.length; number++) {
      if (number % this.step === this.step - 1) yield;
      writer.logEvidence(log, number);
    }
    for (let at = 0; at < changed.length; at++) {
      if (at % this.step === this.step - 1) yield;
      const key = changed[at] as number;
      const marks = this.#marks.of(key);
      if ((marks & LISTED) === 0) continue;
      writer.evidence(key);
      if (marks & EARLIER) writer.earlier(key);
    }
  }

  /** The slots of a bucket, with NONE from time to time where a pause is due; good across pauses. */
  slotsOf(bucket: number): Generator<number> {
    return this.#walks.from(this.#ring.firstSlot(bucket));
  }

  /** The ring has a new key at this index. */
  addKey(key: number): void {
    this.#marks.add(key);
  }

  /** The key comes from the history. */
  markRestored(key: number): void {
    this.#marks.markRestored(key);
  }

  /** Whether the history knew of the key before this process began. */
  isRestored(key: number): boolean {
    return this.#marks.isRestored(key);
  }

  /** A record comes in for this key. */
  beforeRecord(key: number): void {
    if (this.#marks.of(key) & VISITED_NEXT) this.visitKey(key);
  }

  /** The record is about to be added to a slot of a bucket that is handed over, or being so. */
  beforeAdd(slot: number): void {
    if (!this.#ring.slots.isHanded(slot)) this.#current?.visitSlot(slot);
  }

  /** The record was added; `earlier`: its flow is known to be older than it was. */
  afterRecord(
    key: number,
    bucket: number,
    record: FlowRecord,
    sourceLabels: number,
    destLabels: number,
    earlier: boolean,
  ): void {
    this.#taken++;
    const marks = this.#marks.of(key);
    const wanted = LISTED | (earlier ? EARLIER : 0);
    if ((marks & wanted) !== wanted) this.#marks.list(key, earlier ? EARLIER : 0);
    if (bucket > this.#through || !this.#hasRoom()) return;
    const { rows } = this.#log;
    const row = rows.add(this.#log.numberOf(key), bucket, sourceLabels, destLabels, record.end);
    rows.writeCounters(row, record.counters);
    this.#holdLabels(sourceLabels, destLabels);
  }

  /** Takes a record that is too old for the ring; false when there is no room for it. */
  addOlder(record: FlowRecord, bucket: number): boolean {
    if (!this.#hasRoom()) return false;
    const { tables } = this.#ring;
    const sourceLabels = tables.labelsId(record.sourceLabels);
    const destLabels = tables.labelsId(record.destLabels);
    this.#holdLabels(sourceLabels, destLabels);
    this.#log.addLone(record, bucket, sourceLabels, destLabels);
    this.#taken++;
    return true;
  }

  /** The ring lets go of a slot. */
  removingSlot(slot: number): void {
    const { slots } = this.#ring;
    this.#walks.removing(slot);
    if (slots.isHanded(slot)) return;
    if (slots.bucket(slot) <= this.#through) this.#current?.visitSlot(slot);
    else this.#logSlot(slot);
  }

  /** The ring lets go of a key. */
  removingKey(key: number): void {
    const marks = this.#marks.of(key);
    const flow = () => ({ key: this.#ring.tables.read(key), firstSeen: this.#ring.firstSeen(key) });
    const mentions: (readonly [number, string, number])[] = [];
    if (marks & VISITED_NEXT && this.names.hasKey(key)) this.visitKey(key);
    else if (marks & (LISTED | VISITED_NEXT)) {
      this.#ring.evidence.eachUnhanded(this.#ring.evidenceOf(key), (...mention) => mentions.push(mention));
    }
    this.#log.leave(key, flow, mentions, (marks & EARLIER) !== 0);
    this.#current?.log.leave(key, flow, NO_MENTIONS, false);
    this.#marks.clear(key);
  }

  /** Hands over what changed of a key, if that is to go with this hand-over; if not, it waits for the next. */
  visitKey(key: number): void {
    const marks = this.#marks.of(key);
    if ((marks & VISITED_NEXT) === 0) return;
    this.#marks.takeOff(key, VISITED_NEXT | EARLIER);
    const oldest = this.#ring.oldestSlot(key);
    // Evidence goes only with flows that the history has facts of: what a crash loses comes back from the journal.
    const known = oldest === NONE ? this.names.hasKey(key) : this.#ring.slots.bucket(oldest) <= this.#through;
    if (!known || this.#current === null) this.#marks.list(key, marks & EARLIER);
    else this.#current.writeKey(key, (marks & EARLIER) !== 0);
  }

  /** What a log holds of label sets is let go of with its rows. */
  releaseLabels(log: LateLog, row: number): void {
    this.#ring.tables.useLabels(0, log.rows.sourceLabels(row));
    this.#ring.tables.useLabels(0, log.rows.destLabels(row));
  }

  /** Lets go of all that it holds in the ring's tables. */
  drop(): void {
    this.#current = null;
    this.#isDropped = true;
    for (let row = 0; row < this.#log.rows.length; row++) this.releaseLabels(this.#log, row);
  }

  #logSlot(slot: number): void {
    if (!this.#hasRoom()) return;
    const { slots } = this.#ring;
    const { rows } = this.#log;
    const [source, dest] = [slots.sourceLabels(slot), slots.destLabels(slot)];
    const number = this.#log.numberOf(slots.key(slot));
    const row = rows.add(number, slots.bucket(slot), source, dest, slots.lastEnd(slot));
    slots.copyCounters(slot, rows.counters, row);
    this.#holdLabels(source, dest);
  }

  #holdLabels(source: number, dest: number): void {
    this.#ring.tables.useLabels(source, 0);
    this.#ring.tables.useLabels(dest, 0);
  }

  #hasRoom(): boolean {
    if (this.#log.rows.length < MOST_ROWS) return true;
    this.#dropped++;
    return false;
  }
}

const NO_MENTIONS: Mentions = [];
