import type { IngestReply } from '@vibrissa/protocol/messages';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Whole = Type.Integer({ minimum: 0 });

const Reply = Compile(
  Type.Union([
    Type.Object({
      type: Type.Literal('welcome'),
      version: Whole,
      sequence: Whole,
      maxBatchRecords: Whole,
      maxBatchBytes: Whole,
    }),
    Type.Object({
      type: Type.Literal('ack'),
      sequence: Whole,
      accepted: Whole,
      duplicate: Whole,
      rejected: Whole,
      errors: Type.Array(
        Type.Object({ line: Whole, field: Type.String(), reason: Type.String(), remedy: Type.String() }),
      ),
    }),
    Type.Object({ type: Type.Literal('slow-down'), waitMs: Whole }),
    Type.Object({
      type: Type.Literal('error'),
      code: Type.String(),
      message: Type.String(),
      retry: Type.Boolean(),
    }),
  ]),
);

/** What the server said; null when it is nothing the protocol knows. */
export function readReply(text: string): IngestReply | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return Reply.Check(value) ? value : null;
}
