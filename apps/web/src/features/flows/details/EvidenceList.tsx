import { EVIDENCE_NAMES, type Evidence, leftOut, type Tally } from '@vibrissa/model';
import { memo } from 'react';
import { formatShort, plural } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import styles from './EvidenceList.module.css';

const TITLES: Readonly<Record<keyof Evidence, string>> = {
  sourceIps: 'Source IPs',
  destIps: 'Destination IPs',
  sourcePorts: 'Source ports',
  dnsNames: 'DNS names',
  nodes: 'Nodes',
  drops: 'Lost because',
  calls: 'Calls',
};

/** What was seen of it beyond who and whom: a few values of each, and how much was left out. */
export const EvidenceList = memo(function EvidenceList({ evidence }: { readonly evidence: Evidence }) {
  const shown = EVIDENCE_NAMES.filter((name) => evidence[name].mentions > 0);
  return (
    <Section title="Evidence" aside="value × reports">
      {shown.length === 0 && <p className={styles.quiet}>The reports carry no addresses, ports or nodes.</p>}
      <dl className={styles.list}>
        {shown.map((name) => (
          <Values key={name} title={TITLES[name]} tally={evidence[name]} />
        ))}
      </dl>
    </Section>
  );
});

function Values({ title, tally }: { readonly title: string; readonly tally: Tally }) {
  const more = leftOut(tally);
  return (
    <div className={styles.row}>
      <dt className={styles.quiet}>{title}</dt>
      <dd className={styles.values}>
        {tally.kept.map(([value, mentions]) => (
          <span key={value} className={styles.value} title={`${value}: in ${plural(mentions, 'report')}`}>
            {value}
            <span className={styles.times}> ×{formatShort(mentions)}</span>
          </span>
        ))}
        {more > 0 && (
          <span className={styles.quiet} title="Only a few values are kept; these reports named others">
            others in {plural(more, 'report')}
          </span>
        )}
      </dd>
    </div>
  );
}
