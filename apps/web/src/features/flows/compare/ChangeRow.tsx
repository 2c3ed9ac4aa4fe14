import { type Endpoint, isOutside, workloadOf } from '@vibrissa/model';
import { ArrowRight, ArrowUpRight, Minus } from 'lucide-react';
import { useLiveStore } from '../../../live/useLiveFlows.js';
import type { Span } from '../../../view/compare-span.js';
import { endName } from '../../../view/end-name.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import type { Outcome } from '../../../view/outcome.js';
import { momentWords } from '../../../view/time/moment-words.js';
import { utcMoment } from '../../../view/time/when-words.js';
import { outcomeOfGroup } from '../details/worst-first.js';
import styles from './ChangeRow.module.css';
import { type ChangeLine, changeText, deniedSince, ratioSign } from './change-words.js';
import { figuresOf } from './figures.js';

export interface ChangeRowProps {
  readonly line: ChangeLine;
  readonly window: Span;
  readonly base: Span;
  readonly open: boolean;
  readonly onOpen: () => void;
}

/** One change: what it was and what it is, in signs, words and numbers. */
export function ChangeRow({ line, window, base, open, onOpen }: ChangeRowProps) {
  const store = useLiveStore();
  const { group, kind, change, twin } = line;
  const other = twin === null ? null : outcomeOfGroup(twin);
  const before = line.before ?? other;
  const after = line.after ?? other;
  const { before: was, after: is } = changeText(line);
  const since = deniedSince(line, base);
  const now = store.clock.now();
  const alarming = after === 'deny' && (kind === 'verdict' || kind === 'added');
  // What goes on from other pods is no news, unless it is denied there.
  const quiet = kind === 'gone' || (kind === 'added' && twin !== null && before === after);
  const { main, more } = figuresOf(change.now ?? twin, change.then ?? twin, window, base);
  const sign = kind === 'volume' ? ratioSign(change.ratio) : '';
  return (
    <button
      type="button"
      data-change={kind}
      data-alarm={alarming || undefined}
      aria-current={open || undefined}
      className={styles.row}
      onClick={onOpen}
    >
      <span className={styles.marks} aria-hidden="true">
        <Mark outcome={before} />
        <ArrowRight size={11} className={styles.arrow} />
        <Mark outcome={after} />
      </span>
      <span className={styles.ends}>
        <End endpoint={group.source} />
        <ArrowRight size={11} className={styles.arrow} aria-label="to" />
        <End endpoint={group.dest} />
        {group.protocol !== '' && (
          <span className={styles.port}>
            {group.port === 0 ? group.protocol : `${group.port}`}
            {group.service !== null && group.service.name !== '' && (
              <span className={styles.service}> {group.service.name}</span>
            )}
          </span>
        )}
      </span>
      <span className={styles.words}>
        <span className={kind === 'added' && twin === null ? styles.quiet : undefined}>{was}</span>
        {was !== '' && is !== '' && ', '}
        {quiet ? (
          <span className={styles.quiet}>{is}</span>
        ) : (
          <b data-outcome={kind === 'volume' ? undefined : (after ?? undefined)} className={styles.is}>
            {is}
          </b>
        )}
        {since !== null && (
          <time dateTime={new Date(since).toISOString()} title={utcMoment(since)}>
            {' '}
            since {momentWords(since, now)}
          </time>
        )}
      </span>
      <span className={styles.figures}>
        {sign !== '' && <b className={styles.sign}>{sign}</b>}
        <span>
          {main}
          <span className={styles.more}>{more}</span>
        </span>
      </span>
    </button>
  );
}

function Mark({ outcome }: { readonly outcome: Outcome | null }) {
  if (outcome === null) return <Minus size={11} className={styles.nothing} />;
  return (
    <span className={styles.mark}>
      <OutcomeMark outcome={outcome} />
    </span>
  );
}

function End({ endpoint }: { readonly endpoint: Endpoint }) {
  const { namespace, name, address, kind } = endpoint;
  const inside = address === '' && kind !== 'network' && namespace !== '' && name !== '';
  return (
    <span className={styles.end}>
      {isOutside(endpoint) && <ArrowUpRight size={12} className={styles.arrow} aria-label="outside" />}
      {inside ? (
        <>
          <span className={styles.namespace}>{namespace}/</span>
          <span className={styles.name}>{workloadOf(endpoint)}</span>
        </>
      ) : (
        <span className={address === '' ? styles.name : styles.address}>{endName(endpoint)}</span>
      )}
    </span>
  );
}
