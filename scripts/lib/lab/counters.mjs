import { UNFORESEEN } from './rules.mjs';

/**
 * What the counters of iptables say.
 * @typedef {{ packets: number, bytes: number }} Count
 * @typedef {{ sent: Map<string, Count>, received: Map<string, Count>, logged: Map<string, Count>, unforeseen: Count }} Counters
 *   `sent` and `received` by the id of the counting rule, seen from who opened the connection; `logged` by log prefix
 */

const RULE = /^\[(\d+):(\d+)\] -A \S+ (.*)$/;
const COMMENT = /--comment "?(lab:[^"\s]+)"?/;
const PREFIX = /--nflog-prefix "?([^"\s]+)"?/;

/**
 * Reads what `iptables-save -c` prints. Rules that share a log prefix are summed.
 * @param {string} text
 * @returns {Counters}
 */
export function readCounters(text) {
  /** @type {Counters} */
  const counters = {
    sent: new Map(),
    received: new Map(),
    logged: new Map(),
    unforeseen: { packets: 0, bytes: 0 },
  };
  for (const line of text.split('\n')) {
    const [, packets, bytes, rule = ''] = RULE.exec(line) ?? [];
    const count = { packets: Number(packets), bytes: Number(bytes) };
    const comment = COMMENT.exec(rule)?.[1];
    const prefix = PREFIX.exec(rule)?.[1];
    if (comment === UNFORESEEN) counters.unforeseen = count;
    else if (comment?.startsWith('lab:sent:')) counters.sent.set(comment.slice('lab:sent:'.length), count);
    else if (comment?.startsWith('lab:received:')) {
      counters.received.set(comment.slice('lab:received:'.length), count);
    } else if (prefix !== undefined) {
      counters.logged.set(prefix, plus(counters.logged.get(prefix) ?? NONE, count));
    }
  }
  return counters;
}

/** @type {Count} */
export const NONE = Object.freeze({ packets: 0, bytes: 0 });

/**
 * @param {Count} a
 * @param {Count} b
 * @returns {Count}
 */
export function plus(a, b) {
  return { packets: a.packets + b.packets, bytes: a.bytes + b.bytes };
}
