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

/** The server's names for what the page sorts by. */
const WIRE_COLUMNS: Readonly<Record<string, string>> = {
  attention: 'attention',
  source: 'source',
  dest: 'dest',
  port: 'port',
  protocol: 'protocol',
  policy: 'policy',
  bytes: 'bytes',
  packets: 'packets',
  connections: 'connections',
  seen: 'lastSeen',
};

/** The order the server cuts in: that of the page, which for a column that is none is by attention. */
function wireSort({ column, descending }: ViewSort): NonNullable<Watch['sort']> {
  const known = Object.hasOwn(WIRE_COLUMNS, column) ? WIRE_COLUMNS[column] : undefined;
  return known === undefined ? { column: 'attention', descending: true } : { column: known, descending };
}

/** The question a view asks the server. */
export function questionOf(view: View, reach: Reach): Question {
  const { window, grouping, play } = view;
  const asked = { filter: effectiveFilter(view), grouping, sort: wireSort(view.sort) };
  if (window.kind === 'live') {
    const kept = isKept(window, reach);
    return {
      watch: { ...asked, since: -window.sinceMs, limit: kept ? READ : STREAMED },
      streams: !kept,
      haltedAt: null,
    };
  }
  const { from, to } = window;
  if (play === null) {
    const kept = isKept(window, reach);
    return {
      watch: { ...asked, since: from, until: to, limit: kept ? READ : STREAMED },
      streams: !kept,
      haltedAt: null,
    };
  }
  const { speed, spanMs, at } = play;
  if (at === null) {
    const watch = { ...asked, since: from, until: to, limit: READ, play: { at: from, speed, spanMs } };
    return { watch, streams: false, haltedAt: null };
  }
  const haltedAt = Math.max(from, Math.min(to, at));
  return {
    watch: {
      ...asked,
      since: Math.min(haltedAt - 1, Math.max(from, haltedAt - spanMs)),
      until: haltedAt,
      limit: READ,
    },
    streams: false,
    haltedAt,
  };
}
