import { keepPreviousData } from '@tanstack/react-query';
import type { QuarantineReply, QuarantineRequest } from '@vibrissa/protocol/messages';
import { useMemo } from 'react';
import { quarantineQuery } from '../../../api/policy-queries.js';
import { type LongQuery, useLongQuery } from '../../../api/useLongQuery.js';
import { useLiveStore } from '../../../live/useLiveFlows.js';
import { formatBytes, formatCount, plural } from '../../../ui/format.js';
import { ChangeTable } from '../../../view/policy/ChangeTable.js';
import styles from './QuarantineReach.module.css';
import { useShownWindow } from './shown-window.js';

/** What the server says of cutting a workload off. */
export function useQuarantine(namespace: string, workload: string): LongQuery<QuarantineReply> {
  const { bounds } = useShownWindow();
  const question = useMemo<QuarantineRequest>(() => ({ namespace, workload }), [namespace, workload]);
  return useLongQuery({
    ...quarantineQuery(question, bounds),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

/** The observed peers that a quarantine would cut off. */
export function QuarantineReach({ query: { data, error } }: { readonly query: LongQuery<QuarantineReply> }) {
  const store = useLiveStore();
  return (
    <div className={styles.reach}>
      <h4 className={styles.label}>What it would cut off</h4>
      {data === undefined ? (
        <p className={`${styles.text} ${styles.coming}`}>
          {error === null ? 'Looking through this window…' : `It could not be read: ${error.message}`}
        </p>
      ) : data.totals.lines === 0 ? (
        <p className={styles.text}>Nothing of this window that the policies in force allow.</p>
      ) : (
        <>
          <p className={styles.text}>{totalWords(data)}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
          <section tabIndex={0} className={styles.peers} aria-label="Peers it would cut off">
            <ChangeTable
              label="Observed connections it would cut off"
              changes={data.cutsOff}
              total={data.totals.lines}
              now={store.clock.now()}
              marks={false}
              reasons={false}
            />
          </section>
        </>
      )}
    </div>
  );
}

function totalWords({ totals: { lines, connections, bytes } }: QuarantineReply): string {
  const facts = [
    ...(connections > 0 ? [`made ${formatCount(connections)} times`] : []),
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
  ];
  const told = facts.length === 0 ? '' : `, ${facts.join(', ')}`;
  return `${plural(lines, 'connection')} that ${lines === 1 ? 'is' : 'are'} allowed today${told}.`;
}
