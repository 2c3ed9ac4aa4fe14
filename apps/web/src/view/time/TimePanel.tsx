import { Check } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useLiveStatus } from '../../live/useLiveFlows.js';
import { formatDuration } from '../../ui/format.js';
import type { ViewWindow } from '../view-url.js';
import { AbsoluteRange } from './AbsoluteRange.js';
import { moveFocus } from './arrow-focus.js';
import { keptWords, reachWarning } from './kept-words.js';
import { parseWhen } from './parse-when.js';
import styles from './TimePanel.module.css';
import { Understood } from './Understood.js';
import { useWindow } from './useWindow.js';
import { lastWords } from './when-words.js';
import { LIVE_SPANS, stretchOf } from './window-moves.js';

/** Stretches of the calendar that are often looked for, as one would type them. */
const PAST = ['Today', 'Yesterday', 'This week'] as const;

/** Every way to choose a stretch of time: typed, slid, named, or from and to. */
export function TimePanel({ close }: { readonly close: () => void }) {
  const { window: shown, here, limits, show } = useWindow();
  const status = useLiveStatus();
  const [typed, setTyped] = useState('');
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const read = parseWhen(typed, here);

  // On a touch screen the keyboard would hide what there is to choose.
  useEffect(() => {
    if (!window.matchMedia('(pointer: coarse)').matches) input.current?.focus();
  }, []);

  const choose = (next: ViewWindow) => {
    show(next);
    close();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (read?.kind === 'window') choose(read.window);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { target, key } = event;
    if (target instanceof HTMLInputElement && (target.type !== 'text' || !/^Arrow(Down|Up)$/.test(key)))
      return;
    const choices = [...(panel.current?.querySelectorAll<HTMLElement>('[data-choice]') ?? [])];
    if (moveFocus(choices, key)) event.preventDefault();
  };
  const warning = read?.kind === 'window' ? reachWarning(read.window, here, status) : null;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows are a shorter way among buttons that Tab reaches too
    <div ref={panel} className={styles.panel} onKeyDown={onKeyDown}>
      <form className={styles.typed} onSubmit={submit}>
        <input
          ref={input}
          data-choice
          type="text"
          aria-label="Type a time"
          aria-describedby="understood"
          aria-invalid={read?.kind === 'error'}
          placeholder="yesterday 14:00–15:00"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={200}
          className={styles.input}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Understood
          id="understood"
          read={read}
          warning={warning}
          here={here}
          onInstead={(text) => {
            setTyped(text);
            input.current?.focus();
          }}
        />
      </form>
      <section className={styles.section} aria-labelledby="time-live">
        <h2 id="time-live" className={styles.heading}>
          Live, the last
        </h2>
        <div className={styles.grid}>
          {LIVE_SPANS.map((sinceMs) => (
            <Span
              key={sinceMs}
              sinceMs={sinceMs}
              chosen={shown.kind === 'live' && shown.sinceMs === sinceMs}
              kept={sinceMs <= limits.retentionMs}
              onChoose={() => choose({ kind: 'live', sinceMs })}
            />
          ))}
        </div>
        <p id="kept" className={styles.note}>
          {keptWords(here, status)}
        </p>
      </section>
      <section className={styles.section} aria-labelledby="time-past">
        <h2 id="time-past" className={styles.heading}>
          Past
        </h2>
        <div className={styles.row}>
          {PAST.map((text) => (
            <button
              key={text}
              type="button"
              data-choice
              className={styles.choice}
              onClick={() => {
                const past = parseWhen(text, here);
                if (past?.kind === 'window') choose(past.window);
              }}
            >
              {text}
            </button>
          ))}
          {shown.kind === 'live' && (
            <button
              type="button"
              data-choice
              className={styles.choice}
              onClick={() => choose({ kind: 'fixed', ...stretchOf(shown, here.now) })}
            >
              Keep this window as it is
            </button>
          )}
        </div>
        <AbsoluteRange here={here} shown={stretchOf(shown, here.now)} onChoose={choose} />
      </section>
    </div>
  );
}

interface SpanProps {
  readonly sinceMs: number;
  readonly chosen: boolean;
  readonly kept: boolean;
  readonly onChoose: () => void;
}

function Span({ sinceMs, chosen, kept, onChoose }: SpanProps) {
  const text = sinceMs === 3_600_000 ? '1 h' : formatDuration(sinceMs);
  return (
    <button
      type="button"
      data-choice
      aria-pressed={chosen}
      aria-disabled={!kept}
      // Begins with what is on screen: that is what is said to a computer that listens.
      aria-label={`${text}: ${lastWords(sinceMs)}, live`}
      aria-describedby={kept ? undefined : 'kept'}
      title={kept ? undefined : 'Longer than flows are kept'}
      className={styles.choice}
      onClick={() => kept && onChoose()}
    >
      {text}
      {chosen && <Check size={13} aria-hidden="true" />}
    </button>
  );
}
