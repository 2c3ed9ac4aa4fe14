import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatShort, plural } from '../../ui/format.js';
import { flowsHref } from '../../view/flows-link.js';
import { OutcomeMark } from '../../view/OutcomeMark.js';
import type { View } from '../../view/view-url.js';
import { DENIED, LEAVES, WOULD_BE_DENIED } from './facts.js';
import styles from './Headlines.module.css';
import { LEAVING } from './ranks.js';
import type { Overview } from './useOverview.js';

export interface HeadlinesProps {
  readonly overview: Overview;
  readonly view: View;
}

const BY_BYTES = { sort: { column: 'bytes', descending: true } } as const;

/** The window in a few numbers: what is denied, what would be, what leaves, and how much there is in all. */
export function Headlines({ overview, view }: HeadlinesProps) {
  const denied = overview.deniedPairs.data?.sum.flows ?? null;
  const attempts = overview.deniedPairs.data?.sum.denied ?? 0;
  const staged = overview.namespaces.wouldBeDenied.data?.sum.flows ?? null;
  const leaving = overview.leaving.data ?? null;
  const all = overview.talkers.data?.sum ?? null;
  return (
    <ul className={styles.list} aria-label="In short">
      <Headline
        href={flowsHref(view, DENIED)}
        label="Denied"
        value={formatCount(denied)}
        note={denied ? plural(attempts, 'attempt') : ''}
        mark={<OutcomeMark outcome="deny" />}
        tone={denied ? 'deny' : undefined}
      />
      <Headline
        href={flowsHref(view, WOULD_BE_DENIED)}
        label="Would be denied"
        value={formatCount(staged)}
        note={staged ? 'by staged policies' : ''}
        mark={<OutcomeMark outcome="stage" />}
        tone={staged ? 'stage' : undefined}
      />
      <Headline
        href={flowsHref(view, LEAVES, BY_BYTES)}
        label="Leaves the cluster"
        value={leaving === null ? '–' : formatBytes(leaving.sum.bytes)}
        note={leaving !== null && <LeavingNote {...leaving} />}
      />
      <Headline
        href={flowsHref(view, [])}
        label="Connections"
        value={all === null ? '–' : formatCount(all.flows)}
        note={all === null ? '' : `${formatShort(all.connections)} started`}
      />
      <Headline
        href={flowsHref(view, [], BY_BYTES)}
        label="Moved"
        value={all === null ? '–' : formatBytes(all.bytes)}
        note={all === null ? '' : `${formatShort(all.packets)} packets`}
      />
    </ul>
  );
}

function LeavingNote({ rows, total }: NonNullable<Overview['leaving']['data']>) {
  const unnamed = rows.filter(({ values }) => LEAVING.name(values).mark !== '').length;
  if (total === 0) return null;
  return (
    <>
      to {plural(total, 'place')}
      {unnamed > 0 && (
        <>
          , <b>{formatCount(unnamed)} without a name</b>
        </>
      )}
    </>
  );
}

interface HeadlineProps {
  readonly href: string;
  readonly label: string;
  readonly value: string;
  readonly note: ReactNode;
  readonly mark?: ReactNode;
  readonly tone?: 'deny' | 'stage' | undefined;
}

function Headline({ href, label, value, note, mark, tone }: HeadlineProps) {
  return (
    <li className={styles.item}>
      <a href={href} className={styles.link} data-tone={tone}>
        <span className={styles.label}>
          {tone !== undefined && mark}
          {label}
        </span>
        <span className={styles.value} data-numeric>
          {value}
        </span>
        <span className={styles.note} data-numeric>
          {note}
        </span>
      </a>
    </li>
  );
}
