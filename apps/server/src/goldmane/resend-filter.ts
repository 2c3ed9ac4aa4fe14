import { createHash } from 'node:crypto';
import type { FlowRecord, Millis } from '@vibrissa/model';
import { RecentPrints } from './recent-prints.js';

/**
 * How long what was sent is known, ms. Felix sends again what it sent in the last five minutes, and looks only every
 * half minute for what is older.
 */
export const RESENT_WITHIN_MS = 6 * 60_000;

/** What may be remembered for each of two such spans, 17 bytes or so each. */
const MOST_PRINTS = 3_000_000;

/** A node as the filter knows it. */
export interface NodePrint {
  readonly high: number;
  readonly low: number;
}

/** What tells one report from another. */
export type Report = Pick<FlowRecord, 'start' | 'end'> & { readonly keyDigest: number };

export interface ResendOptions {
  /** Any number; one that nobody can guess keeps senders from hiding each other's reports. */
  readonly seed: number;
  readonly most?: number;
}

/**
 * Knows what a node has already sent: the same key over the same interval. All of it is kept as 63 bits of a hash, as
 * there may be millions; two reports in 3 million are taken for one with a chance of one in a million.
 */
export class ResendFilter {
  readonly #prints: RecentPrints;
  readonly #seed: number;

  constructor({ seed, most = MOST_PRINTS }: ResendOptions) {
    this.#seed = seed | 0;
    this.#prints = new RecentPrints(most, RESENT_WITHIN_MS);
  }

  /** Reports forgotten before their time, because there were too many: if they come again, they count again. */
  get forgottenEarly(): number {
    return this.#prints.forgottenEarly;
  }

  /** True for what the node has not sent in the last minutes; it is then remembered, as sent `now`. */
  isNew(node: NodePrint, { keyDigest, start, end }: Report, now: Millis): boolean {
    const keyHigh = Math.floor(keyDigest / 2 ** 32);
    const from = Math.floor(start / 1000);
    const to = Math.floor(end / 1000);
    let high = this.#seed;
    high = mix(high, node.high);
    high = mix(high, keyDigest | 0);
    high = mix(high, from | 0);
    high = mix(high, to | 0);
    high = mix(high, Math.floor(from / 2 ** 32));
    let low = ~this.#seed;
    low = mix(low, node.low);
    low = mix(low, keyHigh);
    low = mix(low, keyDigest | 0);
    low = mix(low, to | 0);
    low = mix(low, from | 0);
    low = mix(low, Math.floor(to / 2 ** 32));
    return this.#prints.add(finish(high), finish(low), now);
  }
}

/** What stands for a node by its name: the same after a restart. */
export function nodePrint(name: string): NodePrint {
  const digest = createHash('sha256').update(name).digest();
  return { high: digest.readInt32LE(0), low: digest.readInt32LE(4) };
}

function mix(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = (mixed << 15) | (mixed >>> 17);
  mixed = hash ^ Math.imul(mixed, 0x1b873593);
  mixed = (mixed << 13) | (mixed >>> 19);
  return (Math.imul(mixed, 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let done = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  done = Math.imul(done ^ (done >>> 13), 0xc2b2ae35);
  return (done ^ (done >>> 16)) >>> 0;
}
