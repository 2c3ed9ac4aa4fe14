import { TALLY_CAP } from '@vibrissa/model';
import { appendColumns } from './append-columns.js';
import type { FileWriter } from './file-writer.js';
import type { HistoryFile } from './history-file.js';
import type { HistoryKeys } from './history-keys.js';
import { bytes, floats, readNumbers, words } from './read-columns.js';

/** Fewer rows are not worth the work. */
const FEW = 20_000;

/** Stands for the mentions of values that were not kept. */
const OTHERS = 0;

/**
 * Evidence is written as what came on top; once its rows have doubled they are summed, and of each key and kind the
 * smallest values in the order of the model are kept, as merging tallies does.
 */
export class EvidenceCompaction {
  readonly #file: HistoryFile;
  readonly #keys: HistoryKeys;
  readonly #writer: FileWriter;
  #atLast = 0;

  constructor(file: HistoryFile, keys: HistoryKeys, writer: FileWriter) {
    this.#file = file;
    this.#keys = keys;
    this.#writer = writer;
  }

  /** Compacts if it is time, but no fewer rows than this; true when it did. */
  async run(fewest = FEW): Promise<boolean> {
    if ((await this.#count()) < Math.max(fewest, 2 * this.#atLast)) return false;
    await this.#writer.alone(() => this.#compact());
    this.#atLast = await this.#count();
    return true;
  }

  async #count(): Promise<number> {
    const [count] = await readNumbers(this.#file.writer, 'SELECT count(*)::DOUBLE FROM history.evidence');
    return count?.[0] ?? 0;
  }

  async #compact(): Promise<void> {
    const { writer } = this.#file;
    const kept = new KeptRows(this.#keys);
    const result = await writer.stream(
      `SELECT key, kind, value, sum(mentions) FROM history.evidence GROUP BY 1, 2, 3 ORDER BY 1, 2`,
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      kept.add(words(chunk, 0), bytes(chunk, 1), words(chunk, 2), floats(chunk, 3), chunk.rowCount);
    }
    kept.close();
    await this.#writer.transact(async () => {
      await writer.run('DELETE FROM history.evidence');
      await appendColumns(
        writer,
        'evidence',
        [
          { type: 'words', values: Uint32Array.from(kept.key) },
          { type: 'bytes', values: Uint8Array.from(kept.kind) },
          { type: 'words', values: Uint32Array.from(kept.value) },
          { type: 'floats', values: Float64Array.from(kept.mentions) },
        ],
        kept.key.length,
        'history',
      );
    });
  }
}

/** Takes rows in the order of key and kind, and keeps what a tally would. */
class KeptRows {
  readonly key: number[] = [];
  readonly kind: number[] = [];
  readonly value: number[] = [];
  readonly mentions: number[] = [];
  readonly #keys: HistoryKeys;
  #group: { value: number; mentions: number }[] = [];
  #groupKey = 0;
  #groupKind = 0;

  constructor(keys: HistoryKeys) {
    this.#keys = keys;
  }

  add(key: Uint32Array, kind: Uint8Array, value: Uint32Array, mentions: Float64Array, rows: number): void {
    for (let row = 0; row < rows; row++) {
      if (key[row] !== this.#groupKey || kind[row] !== this.#groupKind) {
        this.close();
        this.#groupKey = key[row] as number;
        this.#groupKind = kind[row] as number;
      }
      this.#group.push({ value: value[row] as number, mentions: mentions[row] as number });
    }
  }

  /** Ends the group that is being taken in. */
  close(): void {
    const named = this.#group.filter(({ value }) => value !== OTHERS);
    let others = this.#group.find(({ value }) => value === OTHERS)?.mentions ?? 0;
    if (named.length > TALLY_CAP) {
      const { texts } = this.#keys;
      named.sort((a, b) => (texts.get(a.value) < texts.get(b.value) ? -1 : 1));
      for (const { mentions } of named.splice(TALLY_CAP)) others += mentions;
    }
    for (const { value, mentions } of named) this.#push(value, mentions);
    if (others > 0) this.#push(OTHERS, others);
    this.#group = [];
  }

  #push(value: number, mentions: number): void {
    this.key.push(this.#groupKey);
    this.kind.push(this.#groupKind);
    this.value.push(value);
    this.mentions.push(mentions);
  }
}
