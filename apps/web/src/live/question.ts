import type { Watch } from './live-socket.js';

/** What is to be on screen. */
export interface Question {
  readonly watch: Watch;
  /** Whether rows stream in; else they are read, and their sparklines span the window. */
  readonly streams: boolean;
  /** Where playback is halted; the rows are those of a window that ends there. */
  readonly haltedAt: number | null;
}

/** The same text for questions that differ only in how they are sorted, or where playback has come to. */
export function askedText({ sort, play, ...rest }: Watch): string {
  return JSON.stringify({ ...rest, speed: play?.speed, spanMs: play?.spanMs });
}

/** Where playback goes on: where the playhead is, if that is inside the window; null where nothing is played. */
export function playFrom({ since, until = 0, play }: Watch, playhead: number | null): number | null {
  if (play === undefined) return null;
  return playhead !== null && playhead >= since && playhead < until ? playhead : play.at;
}
