import type { ApiPolicySource } from '@vibrissa/protocol/messages';
import { ShieldQuestion, Square, TriangleAlert } from 'lucide-react';
import type { LongQuery } from '../../../api/useLongQuery.js';
import { useLiveStatus } from '../../../live/useLiveFlows.js';
import { Button } from '../../../ui/Button.js';
import { CopyLine } from '../../../ui/CopyLine.js';
import { EmptyState } from '../../../ui/EmptyState.js';
import { ErrorNotice } from '../../../ui/ErrorNotice.js';
import { queryTrouble } from '../../../view/query-trouble.js';
import styles from './BoardStates.module.css';

/** The board before it is known, in its own shape. */
export function BoardSkeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading policies">
      {[4, 3, 5, 2].map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns of a skeleton do not move
        <div key={column}>
          <i className={styles.head} />
          {Array.from({ length: cards }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: cards of a skeleton do not move
            <i key={row} className={styles.card} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** In the board's place when it cannot be read. */
export function BoardTrouble({ query }: { readonly query: LongQuery<unknown> }) {
  if (query.stopped || query.error === null) {
    return (
      <EmptyState
        icon={<Square size={26} />}
        title="The reading was stopped"
        actions={<Button onClick={query.again}>Read again</Button>}
      >
        What policies did is counted from the flows of the window: a shorter one is read faster.
      </EmptyState>
    );
  }
  const { title, remedy } = queryTrouble(query.error);
  return (
    <EmptyState
      icon={<TriangleAlert size={26} />}
      title={title}
      actions={<Button onClick={query.again}>Try again</Button>}
    >
      {remedy}
    </EmptyState>
  );
}

/** No source has given any policy: how to let the server know them. */
export function NothingKnown({ seenInFlows }: { readonly seenInFlows: boolean }) {
  return (
    <div className={styles.nothing}>
      <EmptyState icon={<ShieldQuestion size={28} />} title="The server knows no policies yet">
        {seenInFlows
          ? 'Flows name some, shown below. To see their rules, what they select and what a change would do, let the server read them.'
          : 'Let it read them, and they appear here by themselves.'}
      </EmptyState>
      <dl className={styles.ways}>
        <div>
          <dt>In the cluster</dt>
          <dd>
            The manifests of Vibrissa give it the right to read policies; with them there is nothing to set.
          </dd>
        </div>
        <div>
          <dt>From a folder</dt>
          <dd>
            Save them, and name the folder when the server starts. It is read again when a file changes.
            <CopyLine
              label="Save the policies of a cluster"
              text="kubectl get networkpolicies,namespaces,pods -A -o yaml > policies/cluster.yaml"
            />
            <CopyLine label="Name the folder" text="VIBRISSA_POLICIES=./policies" />
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** Above the board: sources that cannot be read, and what to do about it. */
export function FailedSources({ sources }: { readonly sources: readonly ApiPolicySource[] }) {
  const { health } = useLiveStatus();
  // What the server tells on every page need not be told twice on this one.
  const isTold = (detail: string | null) =>
    detail !== null && health?.troubles.some(({ message }) => message.includes(detail));
  const failed = sources.filter(({ state, detail }) => state === 'failed' && !isTold(detail));
  if (failed.length === 0) return null;
  return (
    <div className={styles.failed}>
      {failed.map(({ kind, name, detail }) => (
        <ErrorNotice
          key={`${kind} ${name}`}
          title={
            kind === 'folder' ? `The folder ${name} cannot be read` : `${name} does not give its policies`
          }
        >
          <p>{detail ?? 'The log of the server says why.'}</p>
          <p>What was read before stays on the board.</p>
        </ErrorNotice>
      ))}
    </div>
  );
}
