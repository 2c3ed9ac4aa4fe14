import { Check, CircleAlert, TriangleAlert } from 'lucide-react';
import { plural } from '../../../ui/format.js';
import styles from './EditorFoot.module.css';
import type { TrialReading } from './trial-messages.js';

/** Under the text: what is wrong with it, each a way to its line; else what it would do, in words. */
export function EditorFoot({
  reading,
  isUnchanged,
  onLine,
}: {
  readonly reading: TrialReading | null;
  /** Whether the text is as it is in force. */
  readonly isUnchanged: boolean;
  readonly onLine: (line: number) => void;
}) {
  if (reading === null) return <div className={styles.foot} />;
  const { problems, refusal, does } = reading;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return (
    <div className={styles.foot} role="status">
      {problems.length > 0 && (
        <ul className={styles.problems} aria-label={plural(problems.length, 'problem')}>
          {problems.map(({ line, path, severity, message }, at) => {
            const Icon = severity === 'error' ? CircleAlert : TriangleAlert;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: two problems may read alike, and none is moved
              <li key={at}>
                <button type="button" className={styles.problem} onClick={() => onLine(line)}>
                  <Icon size={13} aria-label={severity} role="img" />
                  <span className={styles.line}>{line > 0 ? line : ''}</span>
                  <span>
                    {path !== '' && <code>{path} </code>}
                    {message}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {refusal !== null && (
        <p className={styles.words}>
          <CircleAlert size={13} aria-hidden="true" />
          It cannot be done: {refusal}
        </p>
      )}
      {errors === 0 && refusal === null && (
        <p className={styles.words}>
          {isUnchanged ? (
            'This is the text as it is in force: change it, and see what that would do.'
          ) : does.length > 0 ? (
            <>
              <Check size={13} aria-hidden="true" />
              {wordsOf(does)}
            </>
          ) : (
            problems.length === 0 && 'Nothing to try yet: Ctrl-Space offers what may be written.'
          )}
        </p>
      )}
    </div>
  );
}

function wordsOf(does: readonly string[]): string {
  const text = does.slice(0, 4).join(', ');
  const more = does.length > 4 ? ` and ${does.length - 4} more` : '';
  return `It ${text}${more}`;
}
