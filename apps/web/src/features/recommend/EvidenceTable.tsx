import type { ApiRuleEvidence } from '@vibrissa/protocol/messages';
import { formatBytes, formatShort, plural } from '../../ui/format.js';
import { momentWords } from '../../view/time/moment-words.js';
import styles from './EvidenceTable.module.css';
import { reportersWords } from './learned-words.js';

export interface EvidenceTableProps {
  readonly label: string;
  readonly rules: readonly ApiRuleEvidence[];
  /** ms since the epoch. */
  readonly now: number;
}

/** What each rule was learned from. */
export function EvidenceTable({ label, rules, now }: EvidenceTableProps) {
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col" className={styles.number} title="Connections started">
              Connections
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              Bytes
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              First seen
            </th>
            <th scope="col" className={styles.number}>
              Last seen
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              Seen by
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <Rule key={`${rule.direction} ${rule.index}`} rule={rule} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rule({ rule, now }: { readonly rule: ApiRuleEvidence; readonly now: number }) {
  const { direction, text, lines, connections, bytes, firstSeen, lastSeen, reporters } = rule;
  return (
    <tr>
      <td>
        <span className={styles.rule}>
          <span className={styles.direction}>{direction === 'ingress' ? 'in' : 'out'}</span>
          <span>{text}</span>
        </span>
      </td>
      <td className={styles.number} title={plural(lines, 'distinct connection')}>
        {connections === 0 ? '–' : formatShort(connections)}
      </td>
      <td className={`${styles.number} ${styles.wide}`}>{bytes === 0 ? '–' : formatBytes(bytes)}</td>
      <td className={`${styles.number} ${styles.wide}`}>
        <time dateTime={new Date(firstSeen).toISOString()}>{momentWords(firstSeen, now)}</time>
      </td>
      <td className={styles.number}>
        <time dateTime={new Date(lastSeen).toISOString()}>{momentWords(lastSeen, now)}</time>
      </td>
      <td className={`${styles.number} ${styles.wide}`}>{reportersWords(reporters)}</td>
    </tr>
  );
}
