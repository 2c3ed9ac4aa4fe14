import type { ApiPolicySummary } from '@vibrissa/protocol/messages';
import { formatBytes, formatShort, plural } from '../../../ui/format.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { HitSpark } from '../HitSpark.js';
import { lastWords } from '../policy-words.js';
import styles from './HitFigures.module.css';

export interface HitFiguresProps {
  readonly policy: ApiPolicySummary;
  readonly now: number;
}

/** What the policy did in the window, in numbers. */
export function HitFigures({ policy, now }: HitFiguresProps) {
  const { hits, staged } = policy;
  return (
    <dl className={styles.figures} data-numeric>
      <div data-tone={hits.denied > 0 ? (staged ? 'stage' : 'deny') : undefined}>
        <dt>
          {hits.denied > 0 && <OutcomeMark outcome={staged ? 'stage' : 'deny'} />}
          {staged ? 'Would be denied' : 'Denied'}
        </dt>
        <dd>{formatShort(hits.denied)}</dd>
      </div>
      <div>
        <dt>{staged ? 'Would be allowed' : 'Allowed'}</dt>
        <dd>{formatShort(hits.allowed)}</dd>
      </div>
      <div>
        <dt>Passed on</dt>
        <dd>{formatShort(hits.passed)}</dd>
      </div>
      <div>
        <dt>Last asked</dt>
        <dd>{lastWords(hits.lastHit, now)}</dd>
      </div>
      <div className={styles.wide}>
        <dt>
          {hits.lines === 0
            ? 'Nothing came to it in this window'
            : `${plural(hits.lines, 'line')} of the table, ${formatBytes(hits.bytes)}`}
        </dt>
        <dd>
          <HitSpark
            passed={policy.spark}
            denied={policy.deniedSpark}
            staged={staged}
            label="Its hits over the window"
          />
        </dd>
      </div>
    </dl>
  );
}
