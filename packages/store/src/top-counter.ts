import { type FlowGroup, fieldValues, type Millis } from '@vibrissa/model';
import { Best } from './best.js';
import type { TopAnswer, TopQuery, TopRow } from './flow-store.js';
import { addMeasures, type Measures, measuresOf, noMeasures } from './measures.js';

const NO_VALUE: readonly string[] = [''];

/** Counts connections by one or two fields; the same for every engine. */
export class TopCounter {
  readonly #query: Pick<TopQuery, 'by' | 'measure' | 'limit'>;
  readonly #now: Millis;
  readonly #rows = new Map<string, { readonly values: readonly string[]; readonly measures: Measures }>();
  readonly #sum = noMeasures();

  /** `now` is what fields that speak of age count from. */
  constructor(query: Pick<TopQuery, 'by' | 'measure' | 'limit'>, now: Millis) {
    this.#query = query;
    this.#now = now;
  }

  /** Takes a connection that matches. */
  offer(group: FlowGroup): void {
    const values = this.#query.by.map((field) => fieldValues(field, group, this.#now));
    this.count(values, measuresOf(group.traffic));
  }

  /** The same, for who knows the values of each field and what was moved without having the line. */
  count(valuesOfFields: readonly (readonly string[])[], measures: Readonly<Measures>): void {
    addMeasures(this.#sum, measures);
    const [first = NO_VALUE, second] = valuesOfFields;
    for (const one of orNone(first)) {
      if (second === undefined) this.#add(one, [one], measures);
      // The length says where the first value ends, whatever is in it.
      else
        for (const other of orNone(second)) this.#add(`${one.length}:${one}${other}`, [one, other], measures);
    }
  }

  answer(): TopAnswer {
    const { measure, limit } = this.#query;
    const best = new Best<TopRow>(
      limit,
      (a, b) => b[measure] - a[measure] || b.flows - a.flows || compareTexts(a.values, b.values),
    );
    for (const { values, measures } of this.#rows.values()) best.offer({ values, ...measures });
    return { rows: best.sorted(), total: this.#rows.size, sum: this.#sum };
  }

  #add(name: string, values: readonly string[], measures: Readonly<Measures>): void {
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = { values, measures: noMeasures() };
      this.#rows.set(name, row);
    }
    addMeasures(row.measures, measures);
  }
}

function orNone(values: readonly string[]): readonly string[] {
  return values.length === 0 ? NO_VALUE : values;
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at++) {
    const [x = '', y = ''] = [a[at], b[at]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
