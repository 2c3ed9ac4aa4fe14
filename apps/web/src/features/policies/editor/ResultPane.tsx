import type { ApiChangeDirection, WhatIfReply } from '@vibrissa/protocol/messages';
import { type ReactNode, useState } from 'react';
import { formatShort, plural } from '../../../ui/format.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { ChangeTable } from '../../../view/policy/ChangeTable.js';
import { DIRECTION_OUTCOMES, DIRECTION_TITLES, DIRECTIONS } from '../../../view/policy/change-words.js';
import styles from './ResultPane.module.css';
import { TraceNote } from './TraceNote.js';

/** What the page and the server say alike. */
export type TrialResult = Pick<
  WhatIfReply,
  'lines' | 'totals' | 'changes' | 'isCut' | 'disagreeing' | 'traces'
>;

export interface ResultPaneProps {
  /** Null while there is none. */
  readonly result: TrialResult | null;
  /** True while it answers what was typed before. */
  readonly isStale: boolean;
  /** Who tried it, on what, and how far that is. */
  readonly status: ReactNode;
  /** In place of a result while there is none. */
  readonly empty: ReactNode;
  readonly now: number;
  readonly windowWords: string;
}

/** Which observed connections would be decided otherwise: the denied ones first, what cannot be told apart. */
export function ResultPane({ result, isStale, status, empty, now, windowWords }: ResultPaneProps) {
  const [chosen, setChosen] = useState<ApiChangeDirection | null>(null);
  const worst = DIRECTIONS.find((direction) => (result?.totals[direction].lines ?? 0) > 0);
  const shown =
    chosen !== null && (result?.totals[chosen].lines ?? 0) > 0 ? chosen : (worst ?? 'newly-denied');
  const changes = result?.changes.filter(({ direction }) => direction === shown) ?? [];
  return (
    <section className={styles.pane} aria-label="What it would change">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms and brings a legend and a border */}
      <div role="group" aria-label="Show" className={styles.tabs}>
        {DIRECTIONS.map((direction) => {
          const totals = result?.totals[direction];
          const lines = totals?.lines ?? 0;
          return (
            <button
              key={direction}
              type="button"
              className={styles.tab}
              data-direction={direction}
              data-none={lines === 0 || undefined}
              aria-pressed={result !== null && direction === shown && lines > 0}
              disabled={lines === 0}
              onClick={() => setChosen(direction)}
            >
              <span className={styles.title}>
                <OutcomeMark outcome={DIRECTION_OUTCOMES[direction]} />
                {DIRECTION_TITLES[direction]}
              </span>
              <span className={styles.count} data-numeric>
                {totals === undefined ? '–' : formatShort(lines)}
              </span>
              <span className={styles.unit} data-numeric>
                {totals === undefined || lines === 0
                  ? 'none'
                  : `tried ${formatShort(totals.connections)} times`}
              </span>
            </button>
          );
        })}
      </div>
      <div className={styles.status}>{status}</div>
      <div className={styles.list} data-stale={isStale || undefined} aria-live="polite" aria-busy={isStale}>
        {result === null ? (
          empty
        ) : (
          <>
            {result.lines === 0 ? (
              <p className={styles.same}>
                <b>Nothing to try it on.</b> No connection that matches was observed in {windowWords}: choose
                a longer window, or another filter.
              </p>
            ) : worst === undefined ? (
              <p className={styles.same}>
                <b>No verdict changes.</b> Of {plural(result.lines, 'observed connection')} in {windowWords}{' '}
                {result.lines === 1 ? 'it is' : 'each is'} decided as before.
              </p>
            ) : (
              <ChangeTable
                label={DIRECTION_TITLES[shown]}
                changes={changes}
                now={now}
                total={result.totals[shown].lines}
                marks={false}
              />
            )}
            {result.traces !== null && <TraceNote traces={result.traces} />}
            {result.disagreeing > 0 && (
              <p className={styles.note}>
                {plural(result.disagreeing, 'connection')} {result.disagreeing === 1 ? 'was' : 'were'}{' '}
                observed with another verdict than the policies that are known give today: older than a change
                of them, or something is missing. What is told here is by the policies.
              </p>
            )}
          </>
        )}
      </div>
    </section>
  );
}
