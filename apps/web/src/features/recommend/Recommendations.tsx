import { keepPreviousData } from '@tanstack/react-query';
import type { RecommendReply, RecommendRequest } from '@vibrissa/protocol/messages';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { recommendQuery } from '../../api/policy-queries.js';
import { type LongQuery, useLongQuery } from '../../api/useLongQuery.js';
import { useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorNotice } from '../../ui/ErrorNotice.js';
import { formatDuration, plural } from '../../ui/format.js';
import { saveFile } from '../../ui/save-file.js';
import { ApplyBar } from '../../view/policy/ApplyBar.js';
import { queryTrouble } from '../../view/query-trouble.js';
import { useViewBounds } from '../../view/useViewBounds.js';
import { RecommendationCard } from './RecommendationCard.js';
import styles from './Recommendations.module.css';
import { fileName, type Scope } from './recommend-scope.js';
import type { Taste } from './recommend-taste.js';

/** What is asked of the server, read once and again when it is told to: what is being read must not move. */
export function useRecommendations(
  { namespace, workload }: Scope,
  { dialect, staged }: Taste,
  includeDenied: boolean,
): LongQuery<RecommendReply> {
  const { bounds } = useViewBounds();
  const question = useMemo<RecommendRequest>(
    () => ({ namespace, dialect, staged, includeDenied, ...(workload !== '' && { workload }) }),
    [namespace, workload, dialect, staged, includeDenied],
  );
  return useLongQuery({
    ...recommendQuery(question, '', bounds),
    enabled: namespace !== '',
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

export interface RecommendationsProps {
  readonly scope: Scope;
  readonly query: LongQuery<RecommendReply>;
}

/** The least-privilege policies of a namespace or a workload. */
export function Recommendations({ scope, query }: RecommendationsProps) {
  const store = useLiveStore();
  const { data, error, isStale, again } = query;
  if (error !== null && data === undefined) {
    const { title, remedy } = queryTrouble(error);
    return (
      <ErrorNotice title={title} actions={<Button onClick={again}>Try again</Button>}>
        {remedy}
      </ErrorNotice>
    );
  }
  if (data === undefined) {
    return (
      <div className={styles.coming} role="status" aria-label="Looking through this window">
        <div />
        <div />
      </div>
    );
  }
  const { recommendations, yaml, lines, from, to } = data;
  if (recommendations.length === 0) {
    return (
      <EmptyState title="Nothing was seen to learn from">
        No workload of {scope.namespace} was seen in these {formatDuration(to - from)}. Choose a longer
        window.
      </EmptyState>
    );
  }
  const now = store.clock.now();
  return (
    <div className={styles.result} data-stale={isStale || undefined} aria-busy={isStale}>
      <div className={styles.summary}>
        <p>
          <b>{plural(recommendations.length, 'workload')}</b>, learned from {plural(lines, 'connection')} in{' '}
          {formatDuration(to - from)}
        </p>
        {recommendations.length > 1 && yaml !== '' && (
          <ApplyBar title={`Recommended for ${scope.namespace}`} change={{ yaml }} yaml={yaml}>
            <Button
              onClick={() =>
                saveFile(fileName(scope, 'policies'), new Blob([yaml], { type: 'application/yaml' }))
              }
            >
              <Download size={13} aria-hidden="true" />
              Download all
            </Button>
          </ApplyBar>
        )}
      </div>
      {recommendations.map((one) => (
        <RecommendationCard
          key={`${one.namespace}/${one.workload}`}
          recommendation={one}
          now={now}
          open={recommendations.length === 1}
        />
      ))}
    </div>
  );
}
