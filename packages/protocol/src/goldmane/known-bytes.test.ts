import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownBytes } from './known-bytes.js';

function look(known: KnownBytes<number>, text: string): number | undefined {
  const bytes = Buffer.from(`before${text}after`);
  return known.get(bytes, 6, bytes.byteLength - 5);
}

function put(known: KnownBytes<number>, text: string, value: number): void {
  const bytes = Buffer.from(`xx${text}`);
  known.set(bytes, 2, bytes.byteLength, value);
}

describe('KnownBytes', () => {
  it('finds what was put, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 9 }), { maxLength: 40 }),
        fc.string(),
        (texts, other) => {
          const known = new KnownBytes<number>(1_000, 100_000);
          for (const [at, text] of texts.entries()) put(known, text, at);
          for (const [at, text] of texts.entries()) expect(look(known, text)).toBe(at);
          if (!texts.includes(other)) expect(look(known, other)).toBeUndefined();
        },
      ),
    );
  });

  it('does not keep what it was given', () => {
    const known = new KnownBytes<number>(10, 1_000);
    const bytes = Buffer.from('key');
    known.set(bytes, 0, 3, 1);
    bytes.fill(0);
    expect(look(known, 'key')).toBe(1);
  });

  it('keeps what is used and forgets what is not', () => {
    const known = new KnownBytes<number>(100, 1_000_000);
    put(known, 'used', -1);
    put(known, 'unused', -2);
    for (let at = 0; at < 300; at++) {
      put(known, `filler ${at}`, at);
      if (at % 20 === 0) expect(look(known, 'used')).toBe(-1);
    }
    expect(look(known, 'unused')).toBeUndefined();
    expect(look(known, 'filler 299')).toBe(299);
  });

  it('is bounded by bytes, over many pages', () => {
    const known = new KnownBytes<number>(1_000_000, 3_000_000);
    const text = (at: number) => `${at} ${'x'.repeat(10_000)}`;
    for (let at = 0; at < 1_000; at++) put(known, text(at), at);
    expect(look(known, text(999))).toBe(999);
    expect(look(known, text(700))).toBe(700);
    expect(look(known, text(100))).toBeUndefined();
  });

  it('does not remember what is very long', () => {
    const known = new KnownBytes<number>(10, 10_000_000);
    put(known, 'x'.repeat(20_000), 1);
    expect(look(known, 'x'.repeat(20_000))).toBeUndefined();
  });
});
