import { type Endpoint, isOutside, networkText, splitName } from '@vibrissa/model';
import { ArrowUpRight, Unlink } from 'lucide-react';
import type { Row } from '../../live/row.js';
import { formatBytes, formatCount, formatDateTime, formatShort } from '../../ui/format.js';
import { OutcomeMark } from '../../view/OutcomeMark.js';
import { utcMoment } from '../../view/time/when-words.js';
import { FilterValue } from './FilterValue.js';
import type { ColumnId } from './flow-columns.js';
import styles from './RowCells.module.css';
import { namedHit, OUTCOME_WORD, outcomeOf, policyText } from './row-text.js';
import { Sparkline } from './Sparkline.js';

export interface CellProps {
  readonly row: Row;
  readonly age: string;
  readonly late: number;
}

/** What each column shows of a row. */
export const CELLS: Readonly<Record<ColumnId, (props: CellProps) => React.ReactNode>> = {
  verdict: VerdictCell,
  source: ({ row }) => <EndpointCell endpoint={row.source} side="source" isNew={false} />,
  dest: ({ row }) => <EndpointCell endpoint={row.dest} side="dest" isNew={row.newSince !== null} />,
  service: ServiceCell,
  protocol: ({ row }) =>
    row.protocol === '' ? (
      <Unknown />
    ) : (
      <FilterValue field="protocol" value={row.protocol} className={styles.quiet}>
        {row.protocol}
      </FilterValue>
    ),
  policy: PolicyCell,
  bytes: ({ row }) => (
    <span>
      {formatBytes(row.bytesSent)}
      <span className={styles.quiet}> / {formatBytes(row.bytesReceived)}</span>
    </span>
  ),
  packets: PacketsCell,
  connections: ConnectionsCell,
  rate: ({ row, late }) => (
    <span className={styles.spark}>
      <Sparkline
        values={row.spark}
        revision={row.revision}
        late={late}
        label={`Packets over time, ${formatShort(row.spark.at(-1) ?? 0)} in the newest part`}
      />
    </span>
  ),
  seen: ({ row, age }) => (
    <time
      className={styles.seen}
      dateTime={new Date(row.lastSeen).toISOString()}
      title={`${formatDateTime(row.lastSeen)} · ${utcMoment(row.lastSeen)}`}
    >
      {age}
    </time>
  ),
};

function Unknown() {
  return (
    <span className={styles.quiet} title="Not known">
      –
    </span>
  );
}

function VerdictCell({ row }: CellProps) {
  const outcome = outcomeOf(row);
  const field = outcome === 'stage' ? 'pending' : 'verdict';
  const value = outcome === 'stage' ? 'deny' : row.verdict;
  return (
    <span className={styles.verdict}>
      <OutcomeMark outcome={outcome} />
      <FilterValue field={field} value={value} className={styles.word}>
        {OUTCOME_WORD[outcome]}
      </FilterValue>
      {row.lossy && (
        <span className={styles.lossy} title="Packets were lost; no policy is known to have denied them">
          <Unlink size={12} aria-label="packets lost" />
        </span>
      )}
    </span>
  );
}

const NETWORK_WORD: Readonly<Record<string, string>> = { pub: 'Internet', pvt: 'Private network' };

function EndpointCell({
  endpoint,
  side,
  isNew,
}: {
  readonly endpoint: Endpoint;
  readonly side: 'source' | 'dest';
  readonly isNew: boolean;
}) {
  const { kind, namespace, name, address } = endpoint;
  const outside = isOutside(endpoint);
  return (
    <span className={styles.endpoint}>
      {outside && <ArrowUpRight size={13} className={styles.outside} aria-label="outside the cluster" />}
      {namespace !== '' && (
        <>
          <FilterValue field={`${side}.namespace`} value={namespace} className={styles.namespace}>
            {namespace}
          </FilterValue>
          {(name !== '' || address !== '') && <span className={styles.slash}>/</span>}
        </>
      )}
      {address !== '' ? (
        <FilterValue field={`${side}.address`} value={address} className={styles.address}>
          {address}
        </FilterValue>
      ) : kind === 'network' ? (
        <FilterValue field={`${side}.workload`} value={name} className={styles.workload}>
          {NETWORK_WORD[name] ?? networkText(name)}
        </FilterValue>
      ) : (
        name !== '' && <Workload name={name} side={side} />
      )}
      {isNew && <span className={styles.new}>new</span>}
    </span>
  );
}

function Workload({ name, side }: { readonly name: string; readonly side: 'source' | 'dest' }) {
  const [stem, generated] = splitName(name);
  return (
    <FilterValue field={`${side}.workload`} value={stem} className={styles.workload}>
      <span title={generated === '' ? undefined : name}>{generated === '' ? stem : `${stem}-*`}</span>
    </FilterValue>
  );
}

function ServiceCell({ row }: CellProps) {
  if (row.port === 0 && row.service === null) return <Unknown />;
  return (
    <span className={styles.service}>
      {row.port !== 0 && (
        <FilterValue field="port" value={String(row.port)} className={styles.port}>
          {row.port}
        </FilterValue>
      )}
      {row.service !== null && row.service.name !== '' && (
        <FilterValue field="service" value={row.service.name} className={styles.serviceName}>
          {row.service.name}
        </FilterValue>
      )}
    </span>
  );
}

function PolicyCell({ row }: CellProps) {
  const { name, detail, title } = policyText(namedHit(row));
  if (name === '') {
    return (
      <span className={styles.quiet} title={title}>
        {detail}
      </span>
    );
  }
  return (
    <span className={styles.policy} title={title}>
      <FilterValue field="policy" value={name}>
        {name}
      </FilterValue>
      {detail !== '' && <span className={styles.tier}> · {detail}</span>}
    </span>
  );
}

function PacketsCell({ row }: CellProps) {
  const { packetsSent, packetsReceived } = row;
  const known = packetsSent !== null || packetsReceived !== null;
  return (
    <span title={`${formatCount(packetsSent)} sent, ${formatCount(packetsReceived)} received`}>
      {formatShort(known ? (packetsSent ?? 0) + (packetsReceived ?? 0) : null)}
    </span>
  );
}

function ConnectionsCell({ row }: CellProps) {
  const parts = [`${formatCount(row.connectionsStarted)} started`];
  if (row.connectionsLive !== null) parts.push(`${formatCount(row.connectionsLive)} live`);
  if (row.connectionsDenied !== null) parts.push(`${formatCount(row.connectionsDenied)} denied`);
  return <span title={parts.join(', ')}>{formatShort(row.connectionsStarted)}</span>;
}
