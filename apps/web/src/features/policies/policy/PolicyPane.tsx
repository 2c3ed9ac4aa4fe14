import { keepPreviousData } from '@tanstack/react-query';
import { conjuncts, parseFilter } from '@vibrissa/model';
import type { ApiPolicyName, PolicyReply } from '@vibrissa/protocol/messages';
import { ArrowLeft, SearchX } from 'lucide-react';
import { ApiError } from '../../../api/client.js';
import { policyQuery } from '../../../api/policy-queries.js';
import { useLongQuery } from '../../../api/useLongQuery.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { Button } from '../../../ui/Button.js';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyButton } from '../../../ui/CopyButton.js';
import { EmptyState } from '../../../ui/EmptyState.js';
import { useNow } from '../../../ui/useNow.js';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { goTo } from '../../../view/address.js';
import { flowsHref } from '../../../view/flows-link.js';
import { boardHref, policyHref, policyText } from '../../../view/policy/policy-name.js';
import { queryTrouble } from '../../../view/query-trouble.js';
import { ReadingLine } from '../../../view/ReadingLine.js';
import { effectiveFilter, useView } from '../../../view/useView.js';
import { useViewBounds } from '../../../view/useViewBounds.js';
import { Card } from './Card.js';
import { FindingList } from './FindingList.js';
import { HitFigures } from './HitFigures.js';
import { PolicyHead } from './PolicyHead.js';
import styles from './PolicyPane.module.css';
import { RulesTable } from './RulesTable.js';
import { WorkloadList } from './WorkloadList.js';

/** One policy: what it says, what each of its rules did, whom it selects and what is wrong with it. */
export function PolicyPane({ name }: { readonly name: ApiPolicyName }) {
  useNow(5_000);
  const store = useLiveStore();
  const { pausedAt } = useLiveStatus();
  const [view] = useView();
  const { bounds, refetchInterval } = useViewBounds();
  const query = useLongQuery({
    ...policyQuery(name, effectiveFilter(view), bounds),
    // Another window of the same policy may stand for a moment, another policy must not.
    placeholderData: (before: PolicyReply | undefined, asked) =>
      asked?.queryKey[3] === name.name &&
      asked.queryKey[2] === name.namespace &&
      asked.queryKey[1] === name.kind
        ? keepPreviousData(before)
        : undefined,
    retry: false,
    refetchInterval: refetchInterval === false ? 30_000 : refetchInterval,
  });
  const { data } = query;
  const edit = policyHref(view, name, 'edit');
  useShortcuts([
    ['e', () => goTo(edit)],
    ['Escape', () => goTo(boardHref(view))],
  ]);

  if (data === undefined) {
    return (
      <>
        <ReadingLine queries={[query]} />
        {query.error === null && !query.stopped ? (
          <Waiting name={name} />
        ) : (
          <Trouble name={name} error={query.error} again={query.again} />
        )}
      </>
    );
  }
  const now = pausedAt ?? store.clock.now();
  const { policy, yaml, rules, endOfTier, workloads, findings } = data;
  const flows = flowsHref(view, conjuncts(parseFilter(data.filter)));
  return (
    <>
      <ReadingLine queries={[query]} />
      <div className={styles.scroll}>
        <article className={styles.page} data-stale={query.isStale || undefined}>
          <PolicyHead policy={policy} view={view} flows={flows} />
          <HitFigures policy={policy} now={now} />
          <div className={styles.columns}>
            <div className={styles.column}>
              {findings.length > 0 && (
                <Card title="Findings" note={String(findings.length)}>
                  <FindingList findings={findings} />
                </Card>
              )}
              <RulesTable policy={policy} rules={rules} endOfTier={endOfTier} now={now} />
              <WorkloadList policy={policy} workloads={workloads} view={view} />
            </div>
            <div className={styles.column}>
              <Card title="YAML" actions={<CopyButton kind="quiet" label="Copy YAML" text={yaml} />}>
                <div className={styles.yaml}>
                  <CodeBlock label={`YAML of ${policyText(policy)}`} code={yaml} language="yaml" />
                </div>
              </Card>
            </div>
          </div>
        </article>
      </div>
    </>
  );
}

function Waiting({ name }: { readonly name: ApiPolicyName }) {
  return (
    <div className={styles.waiting} role="status" aria-label={`Loading ${policyText(name)}`}>
      <i style={{ width: 260, height: 24 }} />
      <i style={{ height: 78 }} />
      <i style={{ height: 320 }} />
    </div>
  );
}

function Trouble(props: {
  readonly name: ApiPolicyName;
  readonly error: Error | null;
  readonly again: () => void;
}) {
  const [view] = useView();
  const { name, error, again } = props;
  const back = (
    <a href={boardHref(view)} className={styles.back}>
      <ArrowLeft size={13} aria-hidden="true" />
      All policies
    </a>
  );
  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState
        icon={<SearchX size={28} />}
        title={`There is no ${name.kind} ${policyText(name)}`}
        actions={back}
      >
        {error.message}
      </EmptyState>
    );
  }
  const { title, remedy } =
    error === null ? { title: 'The reading was stopped', remedy: '' } : queryTrouble(error);
  return (
    <EmptyState
      icon={<SearchX size={28} />}
      title={title}
      actions={
        <>
          <Button onClick={again}>Read again</Button>
          {back}
        </>
      }
    >
      {remedy}
    </EmptyState>
  );
}
