import type { ApiChangeDirection, ApiVerdictChange } from '@vibrissa/protocol/messages';
import { memo } from 'react';
import { formatBytes, formatShort, plural } from '../../ui/format.js';
import { endName } from '../end-name.js';
import { OutcomeMark } from '../OutcomeMark.js';
import { momentWords } from '../time/moment-words.js';
import { useView } from '../useView.js';
import styles from './ChangeTable.module.css';
import { DIRECTION_OUTCOMES, DIRECTION_TITLES } from './change-words.js';
import { pairAddress } from './pair-link.js';

export interface ChangeTableProps {
  /** Names the table. */
  readonly label: string;
  readonly changes: readonly ApiVerdictChange[];
  /** ms since the epoch, for the day of what was seen last. */
  readonly now: number;
  /** How many there are where not all are listed. */
  readonly total?: number;
  /** Off where a heading says it of all of them. */
  readonly marks?: boolean;
  /** Off where one reason is that of all. */
  readonly reasons?: boolean;
}

/**
 * Observed connections whose verdict would change, each a link to its flows. In a narrow place only the pair and
 * the count are left.
 */
export const ChangeTable = memo(function ChangeTable({
  label,
  changes,
  now,
  total = changes.length,
  marks = true,
  reasons = true,
}: ChangeTableProps) {
  const left = total - changes.length;
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        <thead className={styles.head}>
          <tr>
            <th scope="col">Connection</th>
            <th scope="col" className={styles.number}>
              Count
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              Bytes
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <ChangeLine key={keyOf(change)} change={change} now={now} marked={marks} told={reasons} />
          ))}
        </tbody>
      </table>
      {left > 0 && <p className={styles.more}>and {plural(left, 'other connection')}</p>}
    </div>
  );
});

function ChangeLine({
  change,
  now,
  marked,
  told,
}: {
  readonly change: ApiVerdictChange;
  readonly now: number;
  readonly marked: boolean;
  readonly told: boolean;
}) {
  const [view] = useView();
  const { direction, source, dest, port, protocol, connections, bytes, firstSeen, lastSeen, reason } = change;
  const seen = `first seen ${momentWords(firstSeen, now)}, last ${momentWords(lastSeen, now)}`;
  return (
    <tr className={styles.line} data-direction={direction}>
      <td className={styles.what}>
        {marked && <Mark direction={direction} />}
        <a className={styles.pair} href={pairAddress(view, change)} title={`Show its flows; ${seen}`}>
          <End end={source} />
          <span className={styles.arrow}> → </span>
          <End end={dest} />{' '}
          <span className={styles.port}>{port === 0 ? protocol : `${protocol} ${port}`}</span>
        </a>
        {told && reason !== '' && <p className={styles.reason}>{reason}</p>}
      </td>
      <td className={styles.number}>{connections === 0 ? '–' : formatShort(connections)}</td>
      <td className={`${styles.number} ${styles.wide}`}>{bytes === 0 ? '–' : formatBytes(bytes)}</td>
      <td className={`${styles.number} ${styles.wide}`}>
        <time dateTime={new Date(lastSeen).toISOString()}>{momentWords(lastSeen, now)}</time>
      </td>
    </tr>
  );
}

function Mark({ direction }: { readonly direction: ApiChangeDirection }) {
  return (
    <span className={styles.mark}>
      <OutcomeMark outcome={DIRECTION_OUTCOMES[direction]} />
      <span className="visually-hidden">{DIRECTION_TITLES[direction]}: </span>
    </span>
  );
}

function End({ end }: { readonly end: ApiVerdictChange['source'] }) {
  return (
    <span className={styles.end}>
      {endName(end)}
      {end.namespace !== '' && end.name !== '' && <span className={styles.namespace}> {end.namespace}</span>}
    </span>
  );
}

function keyOf({ source, dest, port, protocol }: ApiVerdictChange): string {
  return JSON.stringify([source, dest, port, protocol]);
}
