import type { Row } from '../../../live/row.js';
import { formatBytes, formatCount } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import { shareWords } from './detail-words.js';
import { TrafficChart } from './TrafficChart.js';
import styles from './TrafficCounters.module.css';

export interface TrafficCountersProps {
  readonly row: Row;
  readonly completed: number | null;
  /** The filter for this line and no other, for the chart. */
  readonly filter: string;
}

/** What went over it in the window, and when. */
export function TrafficCounters({ row, completed, filter }: TrafficCountersProps) {
  return (
    <Section title="Traffic">
      <TrafficChart row={row} filter={filter} />
      <dl className={styles.counters}>
        <Counter name="Sent" value={formatBytes(row.bytesSent)} more={packets(row.packetsSent)} />
        <Counter name="Received" value={formatBytes(row.bytesReceived)} more={packets(row.packetsReceived)} />
        <Counter
          name="Connections tried"
          value={formatCount(row.connectionsStarted)}
          more={[
            completed === null ? '' : `${formatCount(completed)} ended`,
            `${formatCount(row.connectionsLive)} live`,
          ]
            .filter((part) => part !== '')
            .join(', ')}
        />
        <Counter
          name="Denied"
          value={formatCount(row.connectionsDenied)}
          more={shareWords(row.connectionsDenied, row.connectionsStarted)}
        />
      </dl>
    </Section>
  );
}

function packets(count: number | null): string {
  return `${formatCount(count)} ${count === 1 ? 'packet' : 'packets'}`;
}

function Counter({
  name,
  value,
  more,
}: {
  readonly name: string;
  readonly value: string;
  readonly more: string;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={styles.value}>{value}</dd>
      <dd className={styles.more}>{more}</dd>
    </div>
  );
}
