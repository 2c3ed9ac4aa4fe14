import type { FlowKey, FlowRecord } from '@vibrissa/model';
import { readFlowRecord, withKey } from './flow-record.js';
import { isRestOnly, tellsRest } from './flow-record-schema.js';
import { RecentTexts } from './recent-texts.js';
import { isProblem } from './record-problem.js';

const KEY_BEGINS = ',"reporter":';
const REST_BEGINS = ',"packetsIn":';

/** `{"start":…,"end":…` is no longer than this. */
const LONGEST_HEAD = 64;

/** Keys by the text that stands for them; frozen, so that a store can know them by identity. */
const known = new RecentTexts<FlowKey>(50_000, 32_000_000);

/**
 * Reads a line of our format whose key has been read before, without reading the key again: that is half of the
 * work. The line must have its fields in the order in which `writeRecord` writes them; null for any other line,
 * which is then read whole.
 *
 * The line is cut before `reporter` and before `packetsIn`. What is left when the middle is taken out must by
 * itself be an object of exactly the other fields, all of which are plain values or lists of strings: then the
 * cuts lie between members of the line's object, and no field is told twice.
 */
export function readKnownKey(line: string): FlowRecord | null {
  const keyAt = line.indexOf(KEY_BEGINS);
  if (keyAt < 0 || keyAt > LONGEST_HEAD) return null;
  const restAt = line.indexOf(REST_BEGINS, keyAt);
  if (restAt < 0) return null;
  const key = known.get(line.slice(keyAt + 1, restAt));
  if (key === undefined) return null;
  let rest: unknown;
  try {
    rest = JSON.parse(line.slice(0, keyAt) + line.slice(restAt));
  } catch {
    return null;
  }
  if (!isRestOnly(rest) || rest.end < rest.start) return null;
  const record = withKey(key, rest);
  return isProblem(record) ? null : record;
}

/** Remembers the key of a line that was read whole. */
export function rememberKey(line: string): void {
  const keyAt = line.indexOf(KEY_BEGINS);
  if (keyAt < 0 || keyAt > LONGEST_HEAD) return;
  const restAt = line.indexOf(REST_BEGINS, keyAt);
  if (restAt < 0) return;
  const text = line.slice(keyAt + 1, restAt);
  let members: unknown;
  try {
    members = JSON.parse(`{${text}}`);
  } catch {
    return;
  }
  if (typeof members !== 'object' || members === null || tellsRest(members)) return;
  const record = readFlowRecord({ ...members, start: 0, end: 0 });
  if (isProblem(record)) return;
  // The text is a window on a whole batch; the copy lets the batch go.
  known.set(JSON.parse(JSON.stringify(text)) as string, Object.freeze(record.key));
}
