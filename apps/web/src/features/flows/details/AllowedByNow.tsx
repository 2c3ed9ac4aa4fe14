import type { ConnectionQuestion, WhyReply } from '@vibrissa/protocol/messages';
import { Button } from '../../../ui/Button.js';
import { pairFilter } from '../../../view/policy/pair-link.js';
import { useView } from '../../../view/useView.js';
import styles from './AllowedByNow.module.css';

/** ms; short enough for what was before to leave soon. */
const LAST_MINUTE = 60_000;
/** A filter that a flow leaves once it is allowed. */
const BY_VERDICT = /\b(verdict|pending)\b/;

/** Whether what was denied in the window would be allowed today: the policies have changed since. */
export function isAllowedByNow(why: WhyReply | null): boolean {
  if (why === null || !why.knowsPolicies) return false;
  return why.observed === 'deny' && why.evaluated === 'allow';
}

/** Says that the denials of the window are of the past, and shows the present. */
export function AllowedByNow({ question }: { readonly question: ConnectionQuestion }) {
  const [view, setView] = useView();
  const isLastMinute = view.window.kind === 'live' && view.window.sinceMs <= LAST_MINUTE;
  const watch = () =>
    setView({
      window: { kind: 'live', sinceMs: LAST_MINUTE },
      play: null,
      ...(BY_VERDICT.test(view.filter) && { filter: pairFilter(question), disabled: [] }),
    });
  return (
    <div className={styles.now} role="status">
      <p>
        <b>The policies in force allow it now.</b>{' '}
        {isLastMinute
          ? 'Its denials leave this window within the minute.'
          : 'The denials in this window are from before they were changed.'}
      </p>
      {!isLastMinute && <Button onClick={watch}>Watch the last minute</Button>}
    </div>
  );
}
