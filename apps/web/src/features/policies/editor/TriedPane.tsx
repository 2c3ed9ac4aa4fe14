import type { ReactNode } from 'react';
import { ResultPane } from './ResultPane.js';
import { TrialStatus } from './TrialStatus.js';
import type { Tried } from './useTried.js';

export interface TriedPaneProps {
  readonly tried: Tried;
  /** Stands before the words on what it was tried. */
  readonly choice?: ReactNode;
  /** In place of a result while there is none. */
  readonly empty: ReactNode;
}

/** What a change would do, by whoever has tried it. */
export function TriedPane({ tried, choice, empty }: TriedPaneProps) {
  const { trial, query, result, isServers, isStale, now, windowWords } = tried;
  return (
    <ResultPane
      result={result}
      isStale={isStale}
      now={now}
      windowWords={windowWords}
      status={
        <>
          {choice}
          <TrialStatus query={query} isServers={isServers} trial={trial} windowWords={windowWords} />
        </>
      }
      empty={empty}
    />
  );
}
