import type { ApiUnknownPolicy } from '@vibrissa/protocol/messages';
import { useId } from 'react';
import { formatShort } from '../../../ui/format.js';
import { flowsHref, is } from '../../../view/flows-link.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { kindWord, policyKey } from '../../../view/policy/policy-name.js';
import type { View } from '../../../view/view-url.js';
import { lastWords, otherWords } from '../policy-words.js';
import tier from './TierColumn.module.css';
import styles from './UnknownColumn.module.css';

export interface UnknownColumnProps {
  readonly unknown: readonly ApiUnknownPolicy[];
  readonly view: View;
  readonly column: number;
  readonly tabRow: number | null;
  readonly now: number;
}

/** Policies that flows name and that the server has not read: all there is to show is what they did. */
export function UnknownColumn({ unknown, view, column, tabRow, now }: UnknownColumnProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={tier.tier}>
      <header className={tier.head}>
        <h2 id={id} className={tier.name}>
          Named by flows, not read
        </h2>
        <p className={tier.note}>Only what they did is known; a card leads to their flows</p>
      </header>
      <ol className={tier.cards}>
        {unknown.map(({ policy, hits }, row) => (
          <li key={`${policy.tier} ${policyKey(policy)}`}>
            <a
              href={flowsHref(view, [is('policy', policy.name)])}
              className={styles.card}
              data-column={column}
              data-row={row}
              tabIndex={tabRow === row ? 0 : -1}
            >
              <span className={styles.name}>{policy.name}</span>
              <span className={styles.meta}>
                {kindWord(policy.kind)}
                {policy.namespace !== '' && ` · ${policy.namespace}`}
                {policy.tier !== '' && ` · tier ${policy.tier}`}
              </span>
              <span className={styles.hits} data-numeric>
                {hits.denied > 0 && (
                  <span className={styles.denied}>
                    <OutcomeMark outcome="deny" />
                    {formatShort(hits.denied)} denied
                  </span>
                )}
                <span className={styles.others}>{otherWords(hits)}</span>
                {lastWords(hits.lastHit, now)}
              </span>
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}
