import type { HandOverMark } from '../flow-history.js';
import { Lock } from '../lock.js';
import { appendColumns } from './append-columns.js';
import { HistoryError } from './history-error.js';
import type { HistoryFile } from './history-file.js';
import type { HistoryKeys } from './history-keys.js';
import type { Due, LiveRows } from './live-rows.js';
import { readNumbers } from './read-columns.js';
import { addToSpans } from './span-sums.js';

/** The file's side of a hand-over: everything up to a mark in one transaction, the mark with it. */
export class FileWriter {
  readonly #file: HistoryFile;
  readonly #keys: HistoryKeys;
  readonly #live: LiveRows;
  readonly #bucketMs: number;
  readonly #lock = new Lock();

  constructor(file: HistoryFile, keys: HistoryKeys, live: LiveRows, bucketMs: number) {
    this.#file = file;
    this.#keys = keys;
    this.#live = live;
    this.#bucketMs = bucketMs;
  }

  /** Runs what changes the file while nothing else does. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(work);
  }

  /** The mark that the file has; null when nothing was handed over yet. */
  async mark(): Promise<HandOverMark | null> {
    const columns = await readNumbers(this.#file.writer, 'SELECT segment, bucket::DOUBLE FROM history.mark');
    const [segment, bucket] = columns.map((column) => column[0]);
    return segment === undefined || bucket === undefined ? null : { segment, bucket };
  }

  /** Writes what is due; rejects when it could not, and then all is as before. */
  write(due: Due): Promise<void> {
    return this.alone(async () => {
      const lowered = this.#keys.takeLowered();
      try {
        await this.#tellEarlier(lowered);
        await this.transact(
          async () => {
            for (const statement of this.#live.copies(due)) await this.#run(statement);
            if (lowered.size > 0)
              await this.#run(`UPDATE history.keys SET first_seen = earlier.first_seen FROM earlier
                WHERE keys.id = earlier.key AND earlier.first_seen < keys.first_seen`);
            await this.#sumLate(due.hand);
            await this.#run('DELETE FROM history.mark');
            await this.#file.writer.run('INSERT INTO history.mark VALUES ($1, $2)', [
              due.mark.segment,
              due.mark.bucket,
            ]);
          },
          () => this.#live.wrote(due),
        );
      } catch (error) {
        this.#keys.returnLowered(lowered);
        throw error;
      }
    });
  }

  /** Runs a transaction on the file; `then` runs with the commit, while no query begins. */
  async transact(work: () => Promise<void>, then?: () => Promise<void>): Promise<void> {
    const { writer } = this.#file;
    await writer.run('BEGIN');
    try {
      await work();
    } catch (error) {
      await writer.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await this.#file.alone(async () => {
      // A commit that fails has undone everything already.
      await writer.run('COMMIT');
      await then?.();
    });
  }

  async #run(statement: string): Promise<void> {
    await this.#file.writer.run(statement);
  }

  /** Keys seen earlier than the file says, as a table: before the transaction, which sees what was there when it began. */
  async #tellEarlier(lowered: ReadonlySet<number>): Promise<void> {
    if (lowered.size === 0) return;
    const keys = Uint32Array.from(lowered);
    await this.#file.alone(async () => {
      await this.#file.live.run('CREATE OR REPLACE TABLE earlier AS SELECT * FROM earlier LIMIT 0');
      await appendColumns(
        this.#file.live,
        'earlier',
        [
          { type: 'words', values: keys },
          { type: 'floats', values: Float64Array.from(keys, (key) => this.#keys.firstSeen(key)) },
        ],
        keys.length,
      );
    });
  }

  /** Sums the spans that are full now, in a transaction of its own: until then their facts are read as they are. */
  sumSpans({ bucket }: HandOverMark): Promise<void> {
    return this.alone(async () => {
      const { buckets, summedTo } = await this.#spans();
      const full = Math.floor((bucket + 1) / buckets) * buckets;
      if (full <= summedTo) return;
      await this.transact(async () => {
        const fresh = `history.facts WHERE bucket >= ${summedTo} AND bucket < ${full}`;
        await this.#run(addToSpans(fresh, buckets, this.#bucketMs));
        await this.#run(`UPDATE history.span_state SET summed_to = ${full}`);
      });
    });
  }

  /** Adds late facts to the spans that they belong to. */
  async #sumLate(hand: number): Promise<void> {
    const { buckets, summedTo } = await this.#spans();
    const late = `waiting_facts WHERE hand <= ${hand} AND bucket < ${summedTo}`;
    await this.#run(addToSpans(late, buckets, this.#bucketMs));
  }

  async #spans(): Promise<{ readonly buckets: number; readonly summedTo: number }> {
    const state = await readNumbers(
      this.#file.writer,
      'SELECT buckets::DOUBLE, summed_to::DOUBLE FROM history.span_state',
    );
    const [buckets, summedTo] = state.map((column) => column[0]);
    if (buckets === undefined || summedTo === undefined)
      throw new HistoryError('history-corrupt', 'the history lacks its state; put a backup in its place');
    return { buckets, summedTo };
  }
}
