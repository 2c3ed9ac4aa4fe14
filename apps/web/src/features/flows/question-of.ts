import type { Watch } from '../../live/live-socket.js';
import type { Question } from '../../live/question.js';
import { effectiveFilter } from '../../view/useView.js';
import type { View, ViewSort, ViewWindow } from '../../view/view-url.js';

/** Rows a browser is asked to hold while they stream; more than this nobody reads, and a filter finds. */
const STREAMED = 50_000;
/** The same where they are read from what is kept: the sort says which. */
const READ = 5_000;

/** What the page knows of how far back rows stream. */
export interface Reach {
  readonly now: number;
  /** ms */
  readonly horizonMs: number;
}

/** Whether a window begins before all that streams. */
export function isKept(window: ViewWindow, { now, horizonMs }: Reach): boolean {
  return window.kind === 'live' ? window.sinceMs > horizonMs : window.from < now - horizonMs;
}

/** The server's name for what the page sorts by. */
function wireSort({ column, descending }: ViewSort): NonNullable<Watch['sort']> {
  return { column: column === 'seen' ? 'lastSeen' : column, descending };
}

/** The question a view asks the server. */
export function questionOf(view: View, reach: Reach): Question {
  const { window, grouping, play } = view;
  const asked = { filter: effectiveFilter(view), grouping };
  const read = { limit: READ, sort: wireSort(view.sort) };
  if (window.kind === 'live') {
    const kept = isKept(window, reach);
    const much = kept ? read : { limit: STREAMED };
    return { watch: { ...asked, since: -window.sinceMs, ...much }, streams: !kept, haltedAt: null };
  }
  const { from, to } = window;
  if (play === null) {
    const kept = isKept(window, reach);
    const much = kept ? read : { limit: STREAMED };
    return { watch: { ...asked, since: from, until: to, ...much }, streams: !kept, haltedAt: null };
  }
  const { speed, spanMs, at } = play;
  if (at === null) {
    const watch = { ...asked, since: from, until: to, ...read, play: { at: from, speed, spanMs } };
    return { watch, streams: false, haltedAt: null };
  }
  const haltedAt = Math.max(from, Math.min(to, at));
  return {
    watch: {
      ...asked,
      since: Math.min(haltedAt - 1, Math.max(from, haltedAt - spanMs)),
      until: haltedAt,
      ...read,
    },
    streams: false,
    haltedAt,
  };
}
