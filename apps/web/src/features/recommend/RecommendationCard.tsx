import type { ApiRecommendation } from '@vibrissa/protocol/messages';
import { useId } from 'react';
import { CodeBlock } from '../../ui/CodeBlock.js';
import { Disclosure } from '../../ui/Disclosure.js';
import { plural } from '../../ui/format.js';
import { endName } from '../../view/end-name.js';
import { ApplyBar } from '../../view/policy/ApplyBar.js';
import { Caveats } from '../../view/policy/Caveats.js';
import { pairAddress } from '../../view/policy/pair-link.js';
import { kindTitle } from '../../view/policy/policy-name.js';
import { useView } from '../../view/useView.js';
import { EvidenceTable } from './EvidenceTable.js';
import { stableWords } from './learned-words.js';
import styles from './RecommendationCard.module.css';

export interface RecommendationCardProps {
  readonly recommendation: ApiRecommendation;
  /** ms since the epoch. */
  readonly now: number;
  /** Its YAML in sight at once, where there is only one. */
  readonly open: boolean;
}

/** The least a workload needs, with what that was learned from. */
export function RecommendationCard({ recommendation, now, open }: RecommendationCardProps) {
  const id = useId();
  const { namespace, workload, policy, yaml, rules, notCovered, caveats } = recommendation;
  return (
    <section className={styles.card} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id} className={styles.title}>
          <span className={styles.namespace}>{namespace}/</span>
          {workload}
        </h2>
        <p className={styles.facts}>
          {policy === null ? 'no policy' : `${kindTitle(policy.kind)} ${policy.name}`}
          {' · '}
          {stableWords(recommendation)}
        </p>
      </header>
      {rules.length > 0 && (
        <EvidenceTable label={`What ${workload} needs, and how often`} rules={rules} now={now} />
      )}
      {yaml !== '' && (
        <div className={styles.yaml}>
          <Disclosure
            title="YAML"
            note={plural(yaml.trimEnd().split('\n').length, 'line')}
            initiallyOpen={open}
          >
            <div className={styles.code}>
              <CodeBlock label={`Policy of ${workload} as YAML`} code={yaml.trimEnd()} language="yaml" />
            </div>
          </Disclosure>
        </div>
      )}
      {notCovered.length > 0 && <NotCovered items={notCovered} />}
      {(yaml !== '' || caveats.length > 0) && (
        <footer className={styles.foot}>
          <Caveats items={caveats} />
          {yaml !== '' && (
            <ApplyBar
              title={`Recommended for ${namespace}/${workload}`}
              change={{ yaml }}
              yaml={yaml}
              primary={open}
            />
          )}
        </footer>
      )}
    </section>
  );
}

function NotCovered({ items }: { readonly items: ApiRecommendation['notCovered'] }) {
  const [view] = useView();
  return (
    <div className={styles.yaml}>
      <Disclosure title="Not covered" note={plural(items.length, 'connection')}>
        <ul className={styles.missing}>
          {items.map((item) => (
            <li key={JSON.stringify([item.source, item.dest, item.port, item.protocol])}>
              <a href={pairAddress(view, item)} className={styles.pair}>
                {endName(item.source)} → {endName(item.dest)}{' '}
                <span className={styles.port}>
                  {item.port === 0 ? item.protocol : `${item.protocol} ${item.port}`}
                </span>
              </a>
              <span className={styles.reason}>{item.reason}</span>
            </li>
          ))}
        </ul>
      </Disclosure>
    </div>
  );
}
