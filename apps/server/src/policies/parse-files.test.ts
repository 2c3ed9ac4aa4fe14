import { describe, expect, it } from 'vitest';
import { PARSE_LIMITS, ParseError, parsed, parseFiles } from './parse-files.js';

const FILES = Array.from({ length: 50 }, (_, index) => ({
  name: `${index}.yaml`,
  text: `{ apiVersion: v1, kind: Namespace, metadata: { name: space-${index}, labels: { a: ${index === 7 ? '[' : 'b'} } } }`,
}));

describe('files of policies', () => {
  it('come down to the same in a thread of their own as right here', async () => {
    const apart = await parseFiles(FILES, { ...PARSE_LIMITS, hereCharacters: 0 });
    expect(apart).toEqual(parsed(FILES));
    expect(apart.rulebook.cluster.namespaces).toHaveLength(49);
    expect(apart.problems).toMatchObject([{ file: '7.yaml' }]);
  });

  it('may not take longer than they are given', async () => {
    await expect(parseFiles(FILES, { ...PARSE_LIMITS, hereCharacters: 0, mostMs: 1 })).rejects.toThrow(
      /50 files of \d+ characters could not be read: they took more than 1 ms/,
    );
  });

  it('are left when the server ends', async () => {
    const ending = new AbortController();
    const reading = parseFiles(FILES, { ...PARSE_LIMITS, hereCharacters: 0 }, ending.signal);
    ending.abort();
    await expect(reading).rejects.toThrow('the server ends');
  });

  it('may not take more memory than they are given', async () => {
    const limits = { ...PARSE_LIMITS, hereCharacters: 0, mostMegabytes: 4 };
    const reading = parseFiles(FILES, limits);
    await expect(reading).rejects.toThrow(ParseError);
    await expect(reading).rejects.toThrow(/memory/);
  });
});
