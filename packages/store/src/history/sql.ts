/** What can be bound to a statement. */
export type SqlValue = string | number | boolean | null;

/**
 * A piece of a statement: literal text with places between for values. Text comes from literal code only: `sql` is
 * the one way to make a piece, and whatever is put into one is bound, or is a piece itself.
 */
export class Sql {
  /** One more than `values`. */
  readonly #texts: readonly string[];
  readonly #values: readonly SqlValue[];

  private constructor(texts: readonly string[], values: readonly SqlValue[]) {
    this.#texts = texts;
    this.#values = values;
  }

  static of(strings: TemplateStringsArray, parts: readonly (Sql | SqlValue)[]): Sql {
    // A plain call with a made-up array would let text in.
    if (!Object.isFrozen(strings) || !Object.hasOwn(strings, 'raw')) {
      throw new TypeError('sql is a tag for template literals');
    }
    const texts = [strings[0] ?? ''];
    const values: SqlValue[] = [];
    const write = (text: string) => {
      texts[texts.length - 1] += text;
    };
    for (const [at, part] of parts.entries()) {
      if (part instanceof Sql) {
        for (const [place, text] of part.#texts.entries()) {
          if (place === 0) write(text);
          else texts.push(text);
        }
        values.push(...part.#values);
      } else {
        values.push(part);
        texts.push('');
      }
      write(strings[at + 1] ?? '');
    }
    return new Sql(texts, values);
  }

  /** The text with `$1`, `$2`, … for the values. */
  get text(): string {
    return this.#texts.map((text, at) => (at === 0 ? text : `$${at}${text}`)).join('');
  }

  get values(): readonly SqlValue[] {
    return this.#values;
  }

  /** Without text and values. */
  get isEmpty(): boolean {
    return this.#texts.every((text) => text === '');
  }
}

/** A piece of SQL: `` sql`SELECT ${value} FROM ${piece}` `` binds the value and puts the piece in. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | SqlValue)[]): Sql {
  return Sql.of(strings, parts);
}

/** Nothing at all. */
export const NO_SQL = sql``;

/** The pieces with another between each two. */
export function joinSql(pieces: readonly Sql[], separator: Sql): Sql {
  const [first, ...others] = pieces;
  if (first === undefined) return NO_SQL;
  return others.reduce((joined, piece) => sql`${joined}${separator}${piece}`, first);
}

/** `(a, b, c)` of values, each bound; for `IN`. There must be one at least. */
export function listSql(values: readonly SqlValue[]): Sql {
  return sql`(${joinSql(
    values.map((value) => sql`${value}`),
    sql`, `,
  )})`;
}
