import type { PolicyChange } from '@vibrissa/protocol/messages';
import { FlaskConical, SquarePen } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button } from '../../ui/Button.js';
import { CopyButton } from '../../ui/CopyButton.js';
import { useView } from '../useView.js';
import styles from './ApplyBar.module.css';
import { tryInEditor } from './trial-draft.js';
import { useApply } from './useApply.js';

export interface ApplyBarProps {
  /** What the change is for, in a sentence. */
  readonly title: string;
  readonly change: PolicyChange;
  /** To be copied; nothing is offered for an empty one. */
  readonly yaml?: string;
  /** What to type instead of applying the YAML. */
  readonly command?: string | null;
  /** Whether applying is what a reader most likely came for; once a screen at most. */
  readonly primary?: boolean;
  /** Off in the editor itself. */
  readonly editor?: boolean;
  /** Why it must not be applied now, such as a mistake in the YAML. */
  readonly disabledBecause?: string | null;
  readonly onApplied?: () => void;
  /** More to do, after the others. */
  readonly children?: ReactNode;
}

/** What can be done with a change: copy it, try it in the editor, and, where the cluster is simulated, apply it. */
export function ApplyBar({
  title,
  change,
  yaml = '',
  command = null,
  primary = true,
  editor = true,
  disabledBecause = null,
  onApplied,
  children,
}: ApplyBarProps) {
  const [view] = useView();
  const { can, apply, isBusy, error } = useApply(onApplied);
  const id = useId();
  return (
    <div className={styles.bar}>
      <div className={styles.actions}>
        {can && (
          <Button
            kind={primary ? 'primary' : 'plain'}
            disabled={isBusy || disabledBecause !== null}
            title={disabledBecause ?? 'Puts it into force in the demo cluster; it can be taken back'}
            aria-describedby={error === null ? undefined : id}
            onClick={() => apply(change)}
          >
            <FlaskConical size={13} aria-hidden="true" />
            {isBusy ? 'Applying…' : 'Apply in the demo'}
          </Button>
        )}
        {editor && (
          <Button
            title="See what it would do to all that was observed"
            // Unfiltered: a change is judged on all that was observed.
            onClick={() => tryInEditor({ ...view, filter: '', disabled: [] }, { title, change })}
          >
            <SquarePen size={13} aria-hidden="true" />
            Try in editor
          </Button>
        )}
        {yaml !== '' && <CopyButton label="Copy YAML" text={yaml} />}
        {yaml !== '' && <CopyButton label="Copy for kubectl" text={kubectlApply(yaml)} />}
        {yaml === '' && command !== null && <CopyButton label="Copy command" text={command} />}
        {children}
      </div>
      {error !== null && (
        <p id={id} role="alert" className={styles.error}>
          It was not applied: {error.message}
        </p>
      )}
    </div>
  );
}

/** A command that applies YAML as it stands. The quoted word keeps the shell from reading it. */
export function kubectlApply(yaml: string): string {
  return `kubectl apply -f - <<'EOF'\n${yaml.trimEnd()}\nEOF\n`;
}
