import { UNKNOWN_COUNTERS } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { LateParts, MOST_LATE_PARTS } from './late-parts.js';

function add(parts: LateParts, count: number): void {
  for (let i = 0; i < count; i++) {
    const part = parts.end;
    parts.add(part + 1, part % 7, part * 2, { ...UNKNOWN_COUNTERS, bytesIn: part, packetsOut: 0 });
  }
}

function expectWhole(parts: LateParts): void {
  for (let part = parts.begin; part < parts.end; part++) {
    const { bucket, key, id, counters } = parts.read(part);
    if (bucket !== part + 1 || key !== part % 7 || id !== part * 2) expect.fail(`part ${part} is another`);
    if (parts.bucket(part) !== bucket || parts.key(part) !== key)
      expect.fail(`part ${part} is told otherwise`);
    if (counters.bytesIn !== part || counters.packetsOut !== 0 || counters.packetsIn !== null)
      expect.fail(`part ${part} counts otherwise`);
  }
}

describe('LateParts', () => {
  it('keeps parts as they were while it grows', () => {
    const parts = new LateParts();
    for (const count of [1, 1_022, 1, 1, 5_000]) {
      add(parts, count);
      expect(parts.begin).toBe(0);
      expectWhole(parts);
    }
  });

  it('forgets the oldest once it is full, and says from where on it remembers', () => {
    const parts = new LateParts();
    add(parts, MOST_LATE_PARTS + 123);
    expect(parts.begin).toBe(123);
    expect(parts.end).toBe(MOST_LATE_PARTS + 123);
    expectWhole(parts);
  });

  it('goes on numbering after it was cleared', () => {
    const parts = new LateParts();
    add(parts, 3_000);
    parts.clear();
    expect([parts.begin, parts.end]).toEqual([3_000, 3_000]);
    add(parts, 2_000);
    expect(parts.begin).toBe(3_000);
    expectWhole(parts);
  });
});
