import type { HandOverMark, HandOverPart, KnownListener } from '../flow-history.js';
import { appendColumns } from './append-columns.js';
import type { HistoryFile } from './history-file.js';
import type { HistoryKeys } from './history-keys.js';
import { boundsOf, type NameBounds, newNames } from './new-names.js';
import { PartReader, type PartRows, type Rows } from './part-rows.js';
import { EVIDENCE_COLUMNS, FACT_COLUMNS, NAME_TABLES } from './schema/live-tables.js';

/** About what a row takes in memory. */
const FACT_BYTES = 57;
const EVIDENCE_BYTES = 20;

/** Rows that are handed over and wait to be written, with the mark that closed them. */
interface Hand {
  readonly number: number;
  readonly mark: HandOverMark;
  readonly facts: number;
  readonly evidence: number;
}

/** What is to be written together. */
export interface Due {
  readonly hand: number;
  readonly mark: HandOverMark;
  readonly facts: number;
  readonly names: NameBounds;
}

/**
 * What is handed over and not on disk yet, in tables in memory. A hand-over is laid aside part by part, unseen,
 * and with its mark is seen by queries, in the stead of the tail.
 */
export class LiveRows {
  readonly #file: HistoryFile;
  readonly #keys: HistoryKeys;
  readonly #reader: PartReader;
  readonly #tellKnown: KnownListener;
  readonly #hands: Hand[] = [];
  #lastHand = 0;
  #stagedFacts = 0;
  #stagedEvidence = 0;
  #tailRows = 0;
  /** Names up to here have a row in memory or in the file. */
  #named: NameBounds;
  /** Names up to here have a row in the file. */
  #written: NameBounds;

  constructor(file: HistoryFile, keys: HistoryKeys, bucketMs: number, tellKnown: KnownListener) {
    this.#file = file;
    this.#keys = keys;
    this.#reader = new PartReader(keys, bucketMs);
    this.#tellKnown = tellKnown;
    this.#named = boundsOf(keys);
    this.#written = this.#named;
  }

  /** Bytes in memory that wait to be written. */
  get waitingBytes(): number {
    return this.#hands.reduce(
      (sum, { facts, evidence }) => sum + facts * FACT_BYTES + evidence * EVIDENCE_BYTES,
      this.#stagedFacts * FACT_BYTES + this.#stagedEvidence * EVIDENCE_BYTES,
    );
  }

  /** Lays a part aside, and with a mark shows all that was laid aside. Returns how many facts were of no known key. */
  async put(part: HandOverPart): Promise<number> {
    const { facts, evidence } = this.#read(part);
    await this.#name();
    await this.#append('staged_facts', this.#ofNextHand(facts));
    await this.#append('staged_evidence', this.#ofNextHand(evidence));
    this.#stagedFacts += facts.length;
    this.#stagedEvidence += evidence.length;
    if (part.mark !== null) await this.#show(part.mark);
    return part.facts.length - facts.length;
  }

  /** Shows a part beyond what was put, in the stead of the tail before. */
  async setTail(part: HandOverPart | null): Promise<void> {
    if (part === null) {
      if (this.#tailRows > 0) await this.#change([...emptied('tail')]);
      this.#tailRows = 0;
      return;
    }
    const { facts, evidence } = this.#read(part);
    await this.#name();
    await this.#append('next_tail_facts', facts);
    await this.#append('next_tail_evidence', evidence);
    await this.#change([
      ...renamed('next_tail_facts', 'tail_facts'),
      ...renamed('next_tail_evidence', 'tail_evidence'),
    ]);
    this.#tailRows = facts.length + evidence.length;
  }

  /** All that waits up to the newest mark; null when nothing does. */
  due(): Due | null {
    const last = this.#hands.at(-1);
    if (last === undefined) return null;
    const facts = this.#hands.reduce((sum, hand) => sum + hand.facts, 0);
    return { hand: last.number, mark: last.mark, facts, names: this.#named };
  }

  /** Statements that copy what is due into the attached file. */
  copies({ hand, names }: Due): string[] {
    return [
      ...NAME_TABLES.filter((table) => names[table] > this.#written[table]).flatMap((table) => [
        `INSERT INTO history.${table} SELECT * FROM new_${table} WHERE id < ${names[table]}`,
        ...(table === 'traces'
          ? [`INSERT INTO history.trace_hits SELECT * FROM new_trace_hits WHERE trace < ${names.traces}`]
          : []),
      ]),
      `INSERT INTO history.facts SELECT ${FACT_COLUMNS} FROM waiting_facts WHERE hand <= ${hand}
        ORDER BY bucket, series`,
      `INSERT INTO history.evidence SELECT ${EVIDENCE_COLUMNS} FROM waiting_evidence WHERE hand <= ${hand}`,
    ];
  }

  /** Lets go of what is in the file now; to be called alone, together with the commit of the copies. */
  async wrote({ hand, names }: Due): Promise<void> {
    const statements = NAME_TABLES.filter((table) => names[table] > this.#written[table]).flatMap((table) => [
      kept(`new_${table}`, `id >= ${names[table]}`),
      ...(table === 'traces' ? [kept('new_trace_hits', `trace >= ${names.traces}`)] : []),
    ]);
    await this.#transact([...statements, ...withoutHands(hand)]);
    this.#written = names;
    this.#forget(hand);
  }

  /** Drops the oldest hand-overs that wait until what waits is at most so much; returns how many facts went. */
  async dropBeyond(mostBytes: number): Promise<number> {
    let dropped = 0;
    let hand = 0;
    let left = this.waitingBytes;
    for (const { number, facts, evidence } of this.#hands) {
      if (left <= mostBytes) break;
      left -= facts * FACT_BYTES + evidence * EVIDENCE_BYTES;
      dropped += facts;
      hand = number;
    }
    if (hand === 0) return 0;
    await this.#change(withoutHands(hand));
    this.#forget(hand);
    return dropped;
  }

  #read(part: HandOverPart): Omit<PartRows, 'known'> {
    const { known, ...rows } = this.#reader.read(part);
    if (known.length > 0) this.#tellKnown(known);
    return rows;
  }

  #forget(hand: number): void {
    const left = this.#hands.filter(({ number }) => number > hand);
    this.#hands.splice(0, this.#hands.length, ...left);
  }

  /** Gives rows to all names that have none yet. */
  async #name(): Promise<void> {
    const bounds = boundsOf(this.#keys);
    const names = newNames(this.#keys, this.#named, bounds);
    if (names.size > 0) {
      await this.#file.alone(async () => {
        for (const [table, rows] of names) await this.#append(`new_${table}`, rows);
      });
    }
    this.#named = bounds;
  }

  async #show(mark: HandOverMark): Promise<void> {
    const number = this.#lastHand + 1;
    const tables = ['facts', 'evidence'];
    await this.#file.alone(() =>
      this.#transact([
        ...(this.#hands.length === 0
          ? tables.flatMap((table) => renamed(`staged_${table}`, `waiting_${table}`))
          : [
              ...tables.map((table) => `INSERT INTO waiting_${table} SELECT * FROM staged_${table}`),
              ...emptied('staged'),
            ]),
        ...(this.#tailRows > 0 ? emptied('tail') : []),
      ]),
    );
    this.#lastHand = number;
    this.#hands.push({ number, mark, facts: this.#stagedFacts, evidence: this.#stagedEvidence });
    this.#stagedFacts = 0;
    this.#stagedEvidence = 0;
    this.#tailRows = 0;
  }

  #ofNextHand(rows: Rows): Rows {
    const hand = new Uint32Array(rows.length).fill(this.#lastHand + 1);
    return { length: rows.length, columns: [...rows.columns, { type: 'words', values: hand }] };
  }

  async #append(table: string, rows: Rows): Promise<void> {
    await appendColumns(this.#file.staging, table, rows.columns, rows.length);
  }

  #change(statements: readonly string[]): Promise<void> {
    return this.#file.alone(() => this.#transact(statements));
  }

  async #transact(statements: readonly string[]): Promise<void> {
    const { live } = this.#file;
    await live.run('BEGIN');
    try {
      for (const statement of statements) await live.run(statement);
      await live.run('COMMIT');
    } catch (error) {
      await live.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

/** Made anew, for rows deleted in memory leave their room taken. */
function kept(table: string, condition: string): string {
  return `CREATE OR REPLACE TABLE ${table} AS SELECT * FROM ${table} WHERE ${condition}`;
}

/** One table takes the place of another and is begun anew, which copies nothing. */
function renamed(from: string, to: string): string[] {
  return [
    `DROP TABLE ${to}`,
    `ALTER TABLE ${from} RENAME TO ${to}`,
    `CREATE TABLE ${from} AS SELECT * FROM ${to} LIMIT 0`,
  ];
}

function emptied(stage: string): string[] {
  return [kept(`${stage}_facts`, 'false'), kept(`${stage}_evidence`, 'false')];
}

function withoutHands(hand: number): string[] {
  return [kept('waiting_facts', `hand > ${hand}`), kept('waiting_evidence', `hand > ${hand}`)];
}
