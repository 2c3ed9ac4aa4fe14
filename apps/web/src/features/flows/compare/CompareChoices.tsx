import { type FormEvent, useId, useState } from 'react';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { Button } from '../../../ui/Button.js';
import { baseSpan } from '../../../view/compare-span.js';
import { midSentence } from '../../../view/time/moment-words.js';
import { parseWhen } from '../../../view/time/parse-when.js';
import { LOCAL } from '../../../view/time/wall-clock.js';
import { stretchWords, utcWords } from '../../../view/time/when-words.js';
import { stretchOf } from '../../../view/time/window-moves.js';
import { useView } from '../../../view/useView.js';
import type { ViewCompare } from '../../../view/view-url.js';
import styles from './CompareMenu.module.css';

const CHOICES = [
  { kind: 'before', name: 'The window before' },
  { kind: 'day', name: 'The same time a day earlier' },
  { kind: 'week', name: 'The same time a week earlier' },
] as const;

/** The windows to compare with; apart, because reading typed times takes code that most visits never need. */
export function CompareChoices({ onDone }: { readonly onDone: () => void }) {
  const store = useLiveStore();
  const { retentionMs } = useLiveStatus();
  const [view, setView] = useView();
  const now = Math.round(store.clock.now());
  const choose = (compare: ViewCompare) => {
    setView({ compare, play: null });
    onDone();
  };
  const window = stretchOf(view.window, now);
  return (
    <div className={styles.menu}>
      <p className={styles.head}>
        Compare {midSentence(stretchWords(window.from, window.to, { now, zone: LOCAL }))} with
      </p>
      <ul>
        {CHOICES.map(({ kind, name }) => {
          const base = baseSpan({ kind }, window);
          const forgotten = base.to < now - retentionMs;
          return (
            <li key={kind}>
              <button
                type="button"
                className={styles.choice}
                aria-pressed={view.compare?.kind === kind}
                disabled={forgotten}
                title={utcWords(base.from, base.to)}
                onClick={() => choose({ kind })}
              >
                <span>{name}</span>
                <span className={styles.when}>
                  {forgotten ? 'no longer kept' : stretchWords(base.from, base.to, { now, zone: LOCAL })}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <Other onChoose={choose} now={now} />
    </div>
  );
}

interface OtherProps {
  readonly now: number;
  readonly onChoose: (compare: ViewCompare) => void;
}

/** Any other window, typed. */
function Other({ now, onChoose }: OtherProps) {
  const id = useId();
  const [text, setText] = useState('');
  const when = parseWhen(text, { now, zone: LOCAL });
  const span = when?.kind === 'window' ? stretchOf(when.window, now) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (span !== null) onChoose({ kind: 'window', from: span.from, to: span.to });
  };
  return (
    <form className={styles.other} onSubmit={submit}>
      <label htmlFor={id}>Another window</label>
      <div className={styles.line}>
        <input
          id={id}
          className={styles.input}
          placeholder="yesterday 14:00–15:00"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-said`}
          aria-invalid={when?.kind === 'error' || undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" disabled={span === null}>
          Compare
        </Button>
      </div>
      <p id={`${id}-said`} className={styles.said} role="status">
        {when?.kind === 'error' ? when.message : null}
        {span !== null && (
          <span title={utcWords(span.from, span.to)}>
            {stretchWords(span.from, span.to, { now, zone: LOCAL })}
          </span>
        )}
      </p>
    </form>
  );
}
