import type { SenderKind } from '@vibrissa/protocol/messages';
import type { AcceptFlows, Take } from './accept-flows.js';
import type { Agents } from './agents.js';
import type { JournalMeta, Replay, ReplayedEntry } from './journal.js';
import { readArray, readLines } from './read-lines.js';

/** Who sent a batch and what has to be known to take it in again. */
export interface BatchSender {
  readonly name: string;
  readonly kind: SenderKind;
  readonly stream: string;
  readonly sequence: number;
  readonly dropped: number;
  readonly skewMs: number;
}

/** The meta of a batch that is numbered; one without a number has its `skewMs` alone. */
export function batchMeta({ name, kind, stream, sequence, dropped, skewMs }: BatchSender): JournalMeta {
  return { name, kind, stream, sequence, dropped, skewMs };
}

/** Takes batches of records in again, lines or arrays, and makes their numbers known. */
export function replayBatches(accept: AcceptFlows, agents: Agents): Replay {
  return (entry, isOver) => {
    if (!isFirst(entry, agents) || isOver) return;
    const text = entry.payload.toString('utf8');
    // It was within the limits when it was acknowledged, whatever they are now.
    const most = Number.MAX_SAFE_INTEGER;
    accept.batch(Number(entry.meta.skewMs ?? 0), (take: Take) =>
      entry.kind === 'array' ? readArray(text, most, take) : readLines(text, 0, most, take),
    );
  };
}

function isFirst({ meta, at }: ReplayedEntry, agents: Agents): boolean {
  const { name, kind, stream, sequence, dropped } = meta;
  if (typeof name !== 'string' || typeof stream !== 'string' || typeof sequence !== 'number') return true;
  return agents.restore({
    name,
    kind: kind === 'http' ? 'http' : 'agent',
    stream,
    sequence,
    dropped: Number(dropped ?? 0),
    at,
  });
}
