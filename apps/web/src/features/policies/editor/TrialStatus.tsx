import type { WhatIfReply } from '@vibrissa/protocol/messages';
import type { LongQuery } from '../../../api/useLongQuery.js';
import { Button } from '../../../ui/Button.js';
import { formatCount, formatDuration, plural } from '../../../ui/format.js';
import { ProgressLine } from '../../../ui/ProgressLine.js';
import { queryTrouble } from '../../../view/query-trouble.js';
import styles from './TrialStatus.module.css';
import type { Trial } from './useTrial.js';

export interface TrialStatusProps {
  readonly query: LongQuery<WhatIfReply>;
  /** Whether the result on screen is the server's. */
  readonly isServers: boolean;
  readonly trial: Trial;
  readonly windowWords: string;
}

/** On what a change was tried, by whom, and how far the server is with all of the window. */
export function TrialStatus({ query, isServers, trial, windowWords }: TrialStatusProps) {
  const { held, tried, failure } = trial;
  if (isServers && query.data !== undefined) {
    return (
      <>
        <ProgressLine shown={query.slow} progress={query.progress} />
        <span className={styles.words}>
          Tried on {plural(query.data.lines, 'connection')} of {windowWords}
        </span>
        {query.slow && <Stop query={query} />}
      </>
    );
  }
  const isPart = !held.done || held.lines < held.total;
  const own =
    tried === null
      ? (failure ??
        (held.done
          ? `${plural(held.lines, 'connection')} of ${windowWords} to try it on`
          : 'Reading connections'))
      : `Tried here on ${isPart ? `${formatCount(held.lines)} of ${formatCount(held.total)}` : formatCount(held.lines)} connections in ${formatDuration(tried.tookMs)}`;
  return (
    <>
      <ProgressLine shown={query.slow} progress={query.progress} />
      <span className={styles.words}>
        {own}
        {query.slow && '; the server tries all of the window'}
      </span>
      {query.slow && <Stop query={query} />}
      {query.stopped && tried !== null && (
        <>
          <span className={styles.words}>; the server was stopped</span>
          <Button onClick={query.again}>Read again</Button>
        </>
      )}
      {query.error !== null && !query.stopped && (
        <>
          <span role="alert" className={styles.trouble} title={query.error.message}>
            {queryTrouble(query.error).title}
          </span>
          <Button onClick={query.again}>Try again</Button>
        </>
      )}
    </>
  );
}

function Stop({ query }: { readonly query: LongQuery<unknown> }) {
  return (
    <>
      <span className={styles.percent}>
        {query.progress === null ? '…' : `${Math.floor(query.progress * 100)} %`}
      </span>
      <Button onClick={query.stop}>Stop</Button>
    </>
  );
}
