import type { Millis } from '@vibrissa/model';
import type { KeyTables } from './key-tables.js';
import { PagedWords } from './paged.js';
import type { PartBuilder } from './part-builder.js';

/** What numbers of keys and label sets stand for, as far as the one who is handed over to knows. */
export interface Names {
  /** Names the key in the part where that is needed; false when the part uses its number for another. */
  key(part: PartBuilder, index: number): boolean;
  labels(part: PartBuilder, id: number): boolean;
}

export interface NamedThings {
  readonly tables: KeyTables;
  firstSeen(key: number): Millis;
}

/** Names that last: the ring reuses its numbers, so each is kept with its generation. */
export class LastingNames implements Names {
  readonly #of: NamedThings;
  /** One more than the generation that was named. */
  readonly #keys = new PagedWords(1);
  readonly #labels = new PagedWords(1);

  constructor(of: NamedThings) {
    this.#of = of;
  }

  hasKey(index: number): boolean {
    this.#keys.reserve(index);
    return this.#keys.get(index, 0) === this.#of.tables.generation(index) + 1;
  }

  hasLabels(id: number): boolean {
    if (id === 0) return true;
    this.#labels.reserve(id);
    return this.#labels.get(id, 0) === this.#of.tables.labelsGeneration(id) + 1;
  }

  key(part: PartBuilder, index: number): boolean {
    if (this.hasKey(index)) return true;
    const { tables } = this.#of;
    const generation = tables.generation(index);
    this.#keys.set(index, 0, generation + 1);
    part.nameKey(index, tables.read(index), this.#of.firstSeen(index), generation);
    return true;
  }

  labels(part: PartBuilder, id: number): boolean {
    if (this.hasLabels(id)) return true;
    this.#labels.set(id, 0, this.#of.tables.labelsGeneration(id) + 1);
    part.nameLabels(id, this.#of.tables.labels(id) ?? []);
    return true;
  }
}

/** Names for one part that will not last. A number that was reused while the part was made is left out of it. */
export class PassingNames implements Names {
  readonly #of: NamedThings;
  readonly #lasting: LastingNames;
  /** One more than the generation that the part speaks of. */
  readonly #keys = new PagedWords(1);
  readonly #labels = new PagedWords(1);

  constructor(of: NamedThings, lasting: LastingNames) {
    this.#of = of;
    this.#lasting = lasting;
  }

  key(part: PartBuilder, index: number): boolean {
    const { tables } = this.#of;
    const generation = tables.generation(index) + 1;
    this.#keys.reserve(index);
    const known = this.#keys.get(index, 0);
    if (known !== 0) return known === generation;
    this.#keys.set(index, 0, generation);
    if (!this.#lasting.hasKey(index))
      part.nameKey(index, tables.read(index), this.#of.firstSeen(index), generation - 1);
    return true;
  }

  labels(part: PartBuilder, id: number): boolean {
    if (id === 0) return true;
    const { tables } = this.#of;
    const generation = tables.labelsGeneration(id) + 1;
    this.#labels.reserve(id);
    const known = this.#labels.get(id, 0);
    if (known !== 0) return known === generation;
    this.#labels.set(id, 0, generation);
    if (!this.#lasting.hasLabels(id)) part.nameLabels(id, tables.labels(id) ?? []);
    return true;
  }
}
