import type { IngestReply } from '@vibrissa/protocol/messages';
import * as v from 'valibot';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const Reply = v.union([
  v.object({
    type: v.literal('welcome'),
    version: Whole,
    sequence: Whole,
    maxBatchRecords: Whole,
    maxBatchBytes: Whole,
  }),
  v.object({
    type: v.literal('ack'),
    sequence: Whole,
    accepted: Whole,
    duplicate: Whole,
    rejected: Whole,
    errors: v.array(v.object({ line: Whole, field: v.string(), reason: v.string(), remedy: v.string() })),
  }),
  v.object({ type: v.literal('slow-down'), waitMs: Whole }),
  v.object({
    type: v.literal('error'),
    code: v.string(),
    message: v.string(),
    retry: v.boolean(),
  }),
]);

/** What the server said; null when it is nothing the protocol knows. */
export function readReply(text: string): IngestReply | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return v.is(Reply, value) ? value : null;
}
