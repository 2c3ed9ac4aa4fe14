import type { ApiPolicySummary } from '@vibrissa/protocol/messages';
import { TriangleAlert } from 'lucide-react';
import { plural } from '../../../ui/format.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { kindTitle, kindWord } from '../../../view/policy/policy-name.js';
import { HitSpark } from '../HitSpark.js';
import {
  deniedWords,
  lastWords,
  orderText,
  otherWords,
  selectsWords,
  stagedWords,
  toneOf,
  unusedWords,
} from '../policy-words.js';
import styles from './PolicyCard.module.css';

export interface PolicyCardProps {
  readonly policy: ApiPolicySummary;
  readonly href: string;
  /** Its place on the board, for the keys. */
  readonly column: number;
  readonly row: number;
  readonly tabIndex: 0 | -1;
  readonly now: number;
}

/** A policy on the board: what it is, what it did, and what to look at. */
export function PolicyCard({ policy, href, column, row, tabIndex, now }: PolicyCardProps) {
  const { kind, namespace, name, order, staged, hits, findings } = policy;
  const tone = toneOf(policy);
  const others = otherWords(hits);
  const unused = unusedWords(policy);
  return (
    <a
      href={href}
      className={styles.card}
      data-tone={tone}
      data-column={column}
      data-row={row}
      tabIndex={tabIndex}
    >
      <span className={styles.head}>
        <span className={styles.name} title={name}>
          {name}
        </span>
        <span
          className={styles.order}
          title={order === null ? 'No order: it comes last' : 'Its order in the tier'}
        >
          {order === null ? '–' : orderText(order)}
        </span>
      </span>
      <span className={styles.meta}>
        <span className={styles.kind} title={kindTitle(kind)}>
          {kindWord(kind)}
        </span>
        {staged && <span className={styles.staged}>{stagedWords(policy)}</span>}
        <span className={styles.namespace}>{namespace === '' ? 'all namespaces' : namespace}</span>
      </span>
      <span className={styles.hits} data-numeric>
        {hits.denied > 0 && (
          <span className={styles.denied}>
            <OutcomeMark outcome={staged ? 'stage' : 'deny'} />
            {deniedWords(policy)}
          </span>
        )}
        <span className={styles.others}>{hits.lines === 0 ? 'No hit in this window' : others}</span>
        {hits.lines > 0 && (
          <span className={styles.spark}>
            <HitSpark
              passed={policy.spark}
              denied={policy.deniedSpark}
              staged={staged}
              label="Its hits over the window"
            />
          </span>
        )}
      </span>
      <span className={styles.foot}>
        <span className={styles.selects} title={`Selects ${policy.selects}`}>
          {selectsWords(policy.workloads)}
        </span>
        {unused !== '' && <span className={styles.unused}>{unused}</span>}
        {findings > 0 && (
          <span className={styles.findings} title={plural(findings, 'finding')}>
            <TriangleAlert size={11} aria-hidden="true" />
            {findings}
            <span className="visually-hidden"> {findings === 1 ? 'finding' : 'findings'}</span>
          </span>
        )}
        <span className={styles.last} title="When it was last asked">
          {hits.lastHit === null ? '' : lastWords(hits.lastHit, now)}
        </span>
      </span>
    </a>
  );
}
