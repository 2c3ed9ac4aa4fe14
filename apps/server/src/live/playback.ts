import { bucketStart, type Millis, millis } from '@vibrissa/model';
import type { Playback, Subscribe } from '@vibrissa/protocol/messages';
import { RequestError } from '../errors.js';
import { type PastParts, type Progressed, quietly, readPast, readQuestion } from './past-reading.js';
import { PastRows } from './past-rows.js';
import type { Waiting } from './subscriber.js';

/** What there is to play, in whole buckets. */
interface Reel {
  readonly begin: Millis;
  readonly end: Millis;
  /** Where the playhead is at first. */
  readonly first: Millis;
  readonly until: Millis;
}

/**
 * Plays a window of the past: the playhead goes on a bucket at a time at the speed asked for, and what is told is the
 * rows of the short window before it, as what differs from the step before. Where reading takes longer than a step,
 * steps are left out, so that it stays in time. Ends with the rows at the window's end, told as of `until`.
 *
 * Throws FilterSyntaxError and RequestError.
 */
export async function* playback(
  request: Subscribe,
  play: Playback,
  parts: PastParts,
  signal: AbortSignal,
): AsyncGenerator<Waiting | Progressed> {
  const question = readQuestion(request);
  const { bucketMs, clock, newSince } = parts;
  const { begin, end, first, until } = readReel(request, play, bucketMs);
  const rows = new PastRows({ grouping: request.grouping, bucketMs, newSince });
  let begunAt: Millis | null = null;
  for (let playhead = first; !signal.aborted; ) {
    const from = millis(Math.max(begin, playhead - play.spanMs));
    const reading = readPast(question, { from, to: playhead }, parts, signal);
    const page = begunAt === null ? yield* reading : await quietly(reading);
    const now = playhead >= end ? until : playhead;
    yield* rows.messages(page, { now, history: { from: page.from, to: page.to, refreshMs: null } });
    if (playhead >= end) return;
    begunAt ??= clock.now();
    const played = bucketStart(millis((clock.now() - begunAt) * play.speed), bucketMs);
    playhead = millis(Math.min(end, Math.max(playhead + bucketMs, first + played)));
    const dueAt = begunAt + (playhead - first) / play.speed;
    await parts.pause(Math.max(0, dueAt - clock.now()), signal);
  }
}

function readReel({ since, until }: Subscribe, { at }: Playback, bucketMs: number): Reel {
  if (until === undefined || since <= 0 || since >= until) {
    throw new RequestError(
      'bad-playback',
      400,
      'since and until must be what there is to play: both ms since the epoch, since before until',
    );
  }
  if (at < since || at > until) {
    throw new RequestError(
      'bad-playback',
      400,
      `play.at (${at}) must lie from since (${since}) to until (${until})`,
    );
  }
  const begin = bucketStart(millis(since), bucketMs);
  const end = millis(Math.ceil(until / bucketMs) * bucketMs);
  const first = millis(Math.max(begin + bucketMs, bucketStart(millis(at), bucketMs)));
  return { begin, end, first, until: millis(until) };
}
