import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_LENGTH, readRecord, readRecordValue } from './read-record.js';

const CALICO = {
  start_time: 1,
  end_time: 2,
  reporter: 'src',
  proto: 'tcp',
  source_name_aggr: 'a',
  dest_name_aggr: 'b',
};

function nest(depth: number): unknown {
  return depth === 0 ? 1 : { in: nest(depth - 1) };
}

describe('a line', () => {
  it.each([
    ['', 'JSON'],
    ['{"start":', 'JSON'],
    ['[]', 'object'],
    ['null', 'object'],
    ['{}', 'neither'],
    ['{"__proto__":{"start":1}}', 'neither'],
    [`"${'x'.repeat(MAX_LINE_LENGTH)}"`, 'longer'],
  ])('%# is refused as a whole: %s', (line, word) => {
    expect(readRecord(line)).toMatchObject({ field: '(line)', reason: expect.stringContaining(word) });
  });

  it('of either format is read', () => {
    expect(readRecord(JSON.stringify(CALICO))).toMatchObject({ start: 1000, end: 2000 });
    expect(readRecord('{"start":1}')).toMatchObject({ field: 'end', reason: 'is missing' });
  });

  it('may nest eight deep and no deeper', () => {
    expect(readRecordValue({ ...CALICO, extra: nest(7) })).toHaveProperty('key');
    expect(readRecordValue({ ...CALICO, extra: nest(8) })).toMatchObject({ reason: 'nests deeper than 8' });
  });

  it('of any JSON gives a record or a problem, and never throws', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { start: fc.jsonValue(), end: fc.jsonValue(), source: fc.jsonValue(), enforced: fc.jsonValue() },
        { requiredKeys: [] },
      ),
      fc
        .record({ policies: fc.jsonValue(), source_labels: fc.jsonValue() })
        .map((odd) => ({ ...CALICO, ...odd })),
    );
    fc.assert(
      fc.property(odd, (value) => {
        const result = readRecord(JSON.stringify(value));
        expect('key' in result || result.remedy.endsWith('.')).toBe(true);
      }),
    );
  });
});
