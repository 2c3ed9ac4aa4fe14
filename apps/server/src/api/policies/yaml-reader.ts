import { RequestError } from '../../errors.js';
import { type ParsedFiles, ParseError, parseFiles } from '../../policies/parse-files.js';

/** What the YAML of a request is called in problems. */
export const CHANGE_FILE = 'change.yaml';

/** Longer YAML is read in a thread of its own, of which there are only a few at once. */
const HERE_CHARACTERS = 65_536;
const MOST_APART = 2;

/** What such a thread may take: as long as a caller may be made to wait, and what YAML of that size can hold. */
const MOST_MS = 20_000;
const MOST_MEGABYTES = 512;

/** When it may be worth asking again, s. */
const RETRY_AFTER_S = 3;

/** Reads the YAML of requests, without keeping everybody else waiting. */
export class YamlReader {
  #apart = 0;

  /** Rejects with RequestError where it takes too long, or others keep the server busy. */
  async read(text: string): Promise<ParsedFiles> {
    const isLong = text.length > HERE_CHARACTERS;
    if (isLong && this.#apart >= MOST_APART) {
      const message = 'other long YAML is being read: send it again in a few seconds';
      throw new RequestError('too-busy', 503, message, RETRY_AFTER_S);
    }
    if (isLong) this.#apart++;
    try {
      return await parseFiles([{ name: CHANGE_FILE, text }], {
        hereCharacters: HERE_CHARACTERS,
        mostMs: MOST_MS,
        mostMegabytes: MOST_MEGABYTES,
      });
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      throw new RequestError(
        'yaml-too-much',
        400,
        'yaml takes too long to read: send fewer policies at once',
      );
    } finally {
      if (isLong) this.#apart--;
    }
  }
}
