import { Check, Undo2, X } from 'lucide-react';
import { Button } from '../../ui/Button.js';
import { IconButton } from '../../ui/IconButton.js';
import styles from './AppliedNotice.module.css';
import { tellApplied, useApplied } from './applied.js';
import { useApply } from './useApply.js';

const TITLES = { applied: 'Applied', 'taken-back': 'Taken back' } as const;
/** The most that are named. */
const NAMED = 3;

/** What was just done to the simulated cluster, over the foot of any page, until it is taken back or dismissed. */
export function AppliedNotice() {
  const applied = useApplied();
  const { takeBack, isBusy, error } = useApply();
  if (applied === null) return null;
  const { how, done } = applied;
  const left = done.length - NAMED;
  return (
    <aside className={styles.notice} aria-label="Demo cluster">
      {how === 'applied' ? (
        <Check size={14} className={styles.icon} aria-hidden="true" />
      ) : (
        <Undo2 size={14} className={styles.icon} aria-hidden="true" />
      )}
      <div role="status" className={styles.text}>
        <b>{TITLES[how]}</b>
        {done.length === 0 && <p>There was nothing to do.</p>}
        {done.slice(0, NAMED).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {left > 0 && <p>and {left} more</p>}
        {error !== null && <p>It was not taken back: {error.message}</p>}
      </div>
      {how === 'applied' && (
        <Button disabled={isBusy} title="Takes back all that was applied in the demo" onClick={takeBack}>
          Take back
        </Button>
      )}
      <IconButton label="Dismiss" onClick={() => tellApplied(null)}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </aside>
  );
}
