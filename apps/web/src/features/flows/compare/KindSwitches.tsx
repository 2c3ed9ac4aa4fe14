import type { ChangeKind, CompareReply } from '@vibrissa/protocol/messages';
import { formatCount } from '../../../ui/format.js';
import { KIND_WORDS } from './change-words.js';
import styles from './KindSwitches.module.css';

const KINDS: readonly ChangeKind[] = ['verdict', 'added', 'gone', 'volume'];

export interface KindSwitchesProps {
  readonly totals: CompareReply['totals'];
  readonly hidden: ReadonlySet<ChangeKind>;
  readonly onHide: (hidden: ReadonlySet<ChangeKind>) => void;
}

/** How many changes there are of each kind; a click leaves a kind out, or lets it in again. */
export function KindSwitches({ totals, hidden, onHide }: KindSwitchesProps) {
  const toggle = (kind: ChangeKind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    onHide(next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row in every browser
    <div role="group" aria-label="Kinds of change" className={styles.kinds}>
      {KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          data-kind={kind}
          data-some={totals[kind] > 0 || undefined}
          aria-pressed={!hidden.has(kind)}
          disabled={totals[kind] === 0}
          className={styles.kind}
          onClick={() => toggle(kind)}
        >
          {KIND_WORDS[kind]}
          <b>{formatCount(totals[kind])}</b>
        </button>
      ))}
    </div>
  );
}
