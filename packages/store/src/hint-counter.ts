import { type Filter, type FlowGroup, fieldValues, type Millis, withoutField } from '@vibrissa/model';
import type { FieldValue, HintsQuery } from './flow-store.js';

/** Fields whose values are counted among what one filter matches. */
export interface HintPass {
  readonly filter: Filter;
  readonly fields: readonly string[];
}

/** Counts the values of fields, each among what the rest of the filter matches; the same for every engine. */
export class HintCounter {
  /** The readings that are needed: fields with the same rest share one. */
  readonly passes: readonly HintPass[];
  readonly #needle: string;
  readonly #limit: number;
  readonly #now: Millis;
  readonly #counts = new Map<string, Map<string, number>>();

  /** `now` is what fields that speak of age count from. */
  constructor(query: Pick<HintsQuery, 'filter' | 'fields' | 'contains' | 'limit'>, now: Millis) {
    this.#needle = query.contains.toLowerCase();
    this.#limit = query.limit;
    this.#now = now;
    const passes = new Map<string, { filter: Filter; fields: string[] }>();
    for (const field of query.fields) {
      this.#counts.set(field, new Map());
      const filter = withoutField(query.filter, field);
      const text = JSON.stringify(filter);
      const pass = passes.get(text);
      if (pass === undefined) passes.set(text, { filter, fields: [field] });
      else pass.fields.push(field);
    }
    this.passes = [...passes.values()];
  }

  /** Takes a connection that the pass's filter matches. */
  offer(pass: HintPass, group: FlowGroup): void {
    for (const field of pass.fields) {
      for (const value of fieldValues(field, group, this.#now)) this.count(field, value, 1);
    }
  }

  /** Counts `connections` that have the value. */
  count(field: string, value: string, connections: number): void {
    if (this.#needle !== '' && !value.toLowerCase().includes(this.#needle)) return;
    const tally = this.#counts.get(field);
    tally?.set(value, (tally.get(value) ?? 0) + connections);
  }

  answer(): Map<string, FieldValue[]> {
    const hints = new Map<string, FieldValue[]>();
    for (const [field, tally] of this.#counts) {
      const values = [...tally].map(([value, count]) => ({ value, count }));
      values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      hints.set(field, values.slice(0, this.#limit));
    }
    return hints;
  }
}
