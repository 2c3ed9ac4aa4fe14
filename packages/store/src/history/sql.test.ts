import { describe, expect, it } from 'vitest';
import { joinSql, listSql, NO_SQL, sql } from './sql.js';

describe('sql', () => {
  it('binds every value, whatever is in it, and puts pieces in as they are', () => {
    const hostile = `'; DROP TABLE keys; --`;
    const condition = sql`name = ${hostile} AND port > ${443}`;
    const statement = sql`SELECT id FROM ${sql`keys`} WHERE ${condition} LIMIT ${10}`;
    expect(statement.text).toBe('SELECT id FROM keys WHERE name = $1 AND port > $2 LIMIT $3');
    expect(statement.values).toEqual([hostile, 443, 10]);
    expect(statement.text).not.toContain('DROP');
  });

  it('counts the places of values anew in each statement', () => {
    const piece = sql`a = ${1}`;
    expect(sql`${piece} OR ${piece}`.text).toBe('a = $1 OR a = $2');
    expect(piece.text).toBe('a = $1');
  });

  it('joins pieces and lists values', () => {
    const joined = joinSql([sql`a = ${1}`, sql`b`, sql`c = ${'x'}`], sql` AND `);
    expect(joined.text).toBe('a = $1 AND b AND c = $2');
    expect(joined.values).toEqual([1, 'x']);
    expect(joinSql([], sql`, `)).toBe(NO_SQL);
    expect(sql`x IN ${listSql(['a', null, true])}`).toMatchObject({
      text: 'x IN ($1, $2, $3)',
      values: ['a', null, true],
    });
  });

  it('is only for template literals, so that no text gets in', () => {
    const made = Object.assign(['SELECT 1; DROP TABLE keys'], { raw: ['SELECT 1; DROP TABLE keys'] });
    expect(() => sql(made)).toThrow(TypeError);
  });
});
