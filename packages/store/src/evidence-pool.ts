import { EVIDENCE_NAMES, type Evidence, leftOut, NO_EVIDENCE, TALLY_CAP, type Tally } from '@vibrissa/model';
import type { Interner } from './interner.js';
import { PagedWords } from './paged.js';
import { NONE } from './slot-pool.js';

const VALUE = 0;
const KIND = 1;
const COUNT = 2;
const NEXT = 3;
/** How many of the mentions have been handed over. */
const HANDED = 4;

/** Unused strings are looked for once this many are held, and again when twice as many are. */
const SWEEP_AT = 50_000;

/** Stands for the mentions of values that were not kept. */
const OTHERS = 0;

/** The evidence of many keys: a short list each, 20 bytes an entry. Same result as merging tallies. */
export class EvidencePool {
  readonly #words = new PagedWords(5);
  readonly #free: number[] = [];
  #bound = 0;
  #sweepAt = SWEEP_AT;

  /** `strings` must hold the empty string as id 0. */
  constructor(readonly strings: Interner<string>) {}

  /** Adds evidence to the list that begins at `head` (NONE when empty); returns the new head. */
  add(head: number, evidence: Evidence): number {
    return this.#add(head, evidence, false);
  }

  /** The same for evidence that has been handed over. */
  addHanded(head: number, evidence: Evidence): number {
    return this.#add(head, evidence, true);
  }

  #add(head: number, evidence: Evidence, handed: boolean): number {
    if (evidence === NO_EVIDENCE) return head;
    let first = head;
    for (let kind = 0; kind < EVIDENCE_NAMES.length; kind++) {
      const tally = evidence[EVIDENCE_NAMES[kind] as keyof Evidence];
      if (tally.mentions === 0) continue;
      for (const [value, mentions] of tally.kept)
        first = this.#mention(first, kind, value, mentions, handed ? mentions : 0);
      const others = leftOut(tally);
      if (others > 0) first = this.#count(first, kind, OTHERS, others, handed ? others : 0);
    }
    return first;
  }

  /** The list as evidence. */
  read(head: number): Evidence {
    const kept: [string, number][][] = EVIDENCE_NAMES.map(() => []);
    const mentions = EVIDENCE_NAMES.map(() => 0);
    for (let entry = head; entry !== NONE; entry = this.#words.get(entry, NEXT)) {
      const kind = this.#words.get(entry, KIND);
      const count = this.#words.get(entry, COUNT);
      mentions[kind] = (mentions[kind] ?? 0) + count;
      const value = this.#words.get(entry, VALUE);
      if (value !== OTHERS) kept[kind]?.push([this.strings.get(value), count]);
    }
    const tally = (kind: number): Tally => ({
      kept: (kept[kind] ?? []).sort(([a], [b]) => (a < b ? -1 : 1)),
      mentions: mentions[kind] ?? 0,
    });
    return {
      sourceIps: tally(0),
      destIps: tally(1),
      sourcePorts: tally(2),
      dnsNames: tally(3),
      nodes: tally(4),
      drops: tally(5),
      calls: tally(6),
    };
  }

  /** Adds mentions of one value; the empty one stands for values that were not kept. Returns the new head. */
  mention(head: number, kind: number, value: string, mentions: number): number {
    return value === ''
      ? this.#count(head, kind, OTHERS, mentions, 0)
      : this.#mention(head, kind, value, mentions, 0);
  }

  /** Calls back with the mentions that have not been handed over. */
  eachUnhanded(head: number, visit: (kind: number, value: string, mentions: number) => void): void {
    for (let entry = head; entry !== NONE; entry = this.#words.get(entry, NEXT)) {
      const more = this.#words.get(entry, COUNT) - this.#words.get(entry, HANDED);
      if (more > 0) visit(this.#words.get(entry, KIND), this.#text(entry), more);
    }
  }

  /** From now on all that the list has counts as handed over. */
  markHanded(head: number): void {
    for (let entry = head; entry !== NONE; entry = this.#words.get(entry, NEXT))
      this.#words.set(entry, HANDED, this.#words.get(entry, COUNT));
  }

  /** From now on nothing of the list counts as handed over. */
  markUnhanded(head: number): void {
    for (let entry = head; entry !== NONE; entry = this.#words.get(entry, NEXT))
      this.#words.set(entry, HANDED, 0);
  }

  release(head: number): void {
    for (let entry = head; entry !== NONE; ) {
      const next = this.#words.get(entry, NEXT);
      this.strings.uses.drop(this.#words.get(entry, VALUE));
      this.#free.push(entry);
      entry = next;
    }
  }

  /** When many strings have been interned: forgets some that are not used any more, at most `budget` looks. */
  sweepSome(budget: number): void {
    if (this.strings.size <= this.#sweepAt) return;
    if (this.strings.sweep(budget)) this.#sweepAt = Math.max(SWEEP_AT, 2 * this.strings.size);
  }

  #mention(head: number, kind: number, value: string, mentions: number, handed: number): number {
    const id = this.strings.intern(value, () => value);
    let held = 0;
    let largest = NONE;
    for (let entry = head; entry !== NONE; entry = this.#words.get(entry, NEXT)) {
      if (this.#words.get(entry, KIND) !== kind) continue;
      const other = this.#words.get(entry, VALUE);
      if (other === OTHERS) continue;
      if (other === id) {
        this.#raise(entry, mentions, handed);
        return head;
      }
      held++;
      if (largest === NONE || this.#text(entry) > this.#text(largest)) largest = entry;
    }
    if (held < TALLY_CAP) return this.#push(head, kind, id, mentions, handed);
    if (value > this.#text(largest)) return this.#count(head, kind, OTHERS, mentions, handed);
    // What of it was handed over stays so among the others: the history sums whatever name it came under.
    const pushedOut = this.#words.get(largest, COUNT);
    const pushedOutHanded = this.#words.get(largest, HANDED);
    this.strings.uses.drop(this.#words.get(largest, VALUE));
    this.strings.uses.use(id);
    this.#words.set(largest, VALUE, id);
    this.#words.set(largest, COUNT, mentions);
    this.#words.set(largest, HANDED, handed);
    return this.#count(head, kind, OTHERS, pushedOut, pushedOutHanded);
  }

  #text(entry: number): string {
    return this.strings.get(this.#words.get(entry, VALUE));
  }

  #count(head: number, kind: number, value: number, count: number, handed: number): number {
    for (let entry = head; entry !== NONE; entry = this.#words.get(entry, NEXT)) {
      if (this.#words.get(entry, KIND) !== kind || this.#words.get(entry, VALUE) !== value) continue;
      this.#raise(entry, count, handed);
      return head;
    }
    return this.#push(head, kind, value, count, handed);
  }

  #raise(entry: number, count: number, handed: number): void {
    this.#words.set(entry, COUNT, Math.min(NONE, this.#words.get(entry, COUNT) + count));
    if (handed > 0) this.#words.set(entry, HANDED, Math.min(NONE, this.#words.get(entry, HANDED) + handed));
  }

  #push(head: number, kind: number, value: number, count: number, handed: number): number {
    const entry = this.#free.pop() ?? this.#bound++;
    this.#words.reserve(entry);
    this.strings.uses.use(value);
    this.#words.set(entry, VALUE, value);
    this.#words.set(entry, KIND, kind);
    this.#words.set(entry, COUNT, count);
    this.#words.set(entry, NEXT, head);
    this.#words.set(entry, HANDED, handed);
    return entry;
  }
}
