import { leftOut, networkText, type Tally } from '@vibrissa/model';
import type { Row } from '../../../live/row.js';
import { formatBytes, formatDateTime } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import styles from './Leaving.module.css';

export interface LeavingProps {
  readonly row: Row;
  /** Null while they are not read. */
  readonly ips: Tally | null;
  readonly dnsNames: Tally | null;
}

/** Where a flow goes that leaves the cluster, how much of it, and since when. */
export function Leaving({ row, ips, dnsNames }: LeavingProps) {
  const { dest, newSince } = row;
  const where = dest.kind === 'network' ? networkText(dest.name) : `network set ${dest.name}`;
  return (
    <Section
      tone={newSince === null ? 'card' : 'new'}
      title={row.verdict === 'deny' ? 'Tries to leave the cluster' : 'Leaves the cluster'}
      aside={newSince !== null && <span className={styles.new}>new destination</span>}
    >
      <dl className={styles.facts}>
        <div className={styles.wide}>
          <dt>To</dt>
          <dd className={styles.address}>{dest.address === '' ? where : dest.address}</dd>
          {dest.address !== '' && <dd className={styles.quiet}>{where}</dd>}
        </div>
        <Named title="IP addresses" tally={ips} />
        <Named title="DNS names" tally={dnsNames} />
        <div>
          <dt>Sent out</dt>
          <dd className={styles.figure}>{formatBytes(row.bytesSent)}</dd>
          <dd className={styles.quiet}>{formatBytes(row.bytesReceived)} came back</dd>
        </div>
        <div>
          <dt>{newSince === null ? 'Since' : 'First seen'}</dt>
          <dd className={styles.figure}>{formatDateTime(newSince ?? row.firstSeen)}</dd>
          <dd className={styles.quiet}>
            {newSince === null ? 'the first report held' : 'never seen before'}
          </dd>
        </div>
      </dl>
    </Section>
  );
}

function Named({ title, tally }: { readonly title: string; readonly tally: Tally | null }) {
  const more = tally === null ? 0 : leftOut(tally);
  return (
    <div>
      <dt>{title}</dt>
      {tally === null && <dd className={styles.quiet}>–</dd>}
      {tally?.kept.length === 0 && <dd className={styles.quiet}>none reported</dd>}
      {tally?.kept.map(([value]) => (
        <dd key={value} className={styles.mono}>
          {value}
        </dd>
      ))}
      {more > 0 && <dd className={styles.quiet}>and more</dd>}
    </div>
  );
}
