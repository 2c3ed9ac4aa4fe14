import { useState } from 'react';
import { ReadingLine } from '../../view/ReadingLine.js';
import { Board } from './board/Board.js';
import { BoardBar } from './board/BoardBar.js';
import { BoardSkeleton, BoardTrouble, FailedSources, NothingKnown } from './board/BoardStates.js';
import { usePolicies } from './usePolicies.js';

/** All policies, tier by tier. */
export function BoardPane() {
  const query = usePolicies();
  const [find, setFind] = useState('');
  const { data } = query;
  const isKnown = data?.tiers.some(({ policies }) => policies.length > 0) ?? false;
  const isLoading = data?.sources.some(({ state }) => state === 'loading') ?? false;
  return (
    <>
      <BoardBar reply={data} find={find} onFind={setFind} />
      <ReadingLine queries={[query]} />
      {data !== undefined && <FailedSources sources={data.sources} />}
      {data === undefined ? (
        query.error !== null || query.stopped ? (
          <BoardTrouble query={query} />
        ) : (
          <BoardSkeleton />
        )
      ) : !isKnown && isLoading ? (
        <BoardSkeleton />
      ) : (
        <>
          {!isKnown && <NothingKnown seenInFlows={data.unknown.length > 0} />}
          {(isKnown || data.unknown.length > 0) && (
            <Board reply={isKnown ? data : { ...data, tiers: [] }} find={find} isStale={query.isStale} />
          )}
        </>
      )}
    </>
  );
}
