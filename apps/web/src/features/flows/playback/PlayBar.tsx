import { ChevronLeft, ChevronRight, Pause, Play, RotateCcw, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { formatDay, formatDuration, formatTime, formatTimeSeconds } from '../../../ui/format.js';
import { IconButton } from '../../../ui/IconButton.js';
import { Segmented } from '../../../ui/Segmented.js';
import { useElementWidth } from '../../../ui/useElementWidth.js';
import { useNow } from '../../../ui/useNow.js';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { momentWords } from '../../../view/time/moment-words.js';
import { dayOf, utcMoment } from '../../../view/time/when-words.js';
import styles from './PlayBar.module.css';
import { runningHead, SPANS, SPEEDS } from './play-of.js';
import { type Playback, usePlayback } from './usePlayback.js';

const SPEED_OPTIONS = SPEEDS.map((speed) => ({
  value: String(speed),
  label: `${speed}×`,
  title: speed === 1 ? 'As fast as it happened' : `${speed} seconds a second`,
}));

/** Under the table while a window is played: where the playhead is, and how fast it goes. */
export function PlayBar() {
  const playback = usePlayback();
  return playback === null ? null : <Bar playback={playback} />;
}

/** px that all of it takes side by side. */
const ROOMY = 980;

function Bar({ playback }: { readonly playback: Playback }) {
  const { play, running, ended, toggle, step, change, close } = playback;
  const bar = useRef<HTMLElement>(null);
  const narrow = useElementWidth(bar) < ROOMY;
  useShortcuts([
    [',', () => step(-1)],
    ['.', () => step(1)],
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'k' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    toggle();
  };
  return (
    <section ref={bar} className={styles.bar} aria-label="Playback" onKeyDown={onKeyDown}>
      <div className={styles.buttons}>
        <IconButton label="One bucket back" shortcut="," onClick={() => step(-1)}>
          <ChevronLeft size={16} aria-hidden="true" />
        </IconButton>
        <button
          type="button"
          className={styles.play}
          aria-label={running ? 'Halt' : ended ? 'Play again' : 'Play'}
          title={`${running ? 'Halt' : ended ? 'Play again' : 'Play'} (Space)`}
          onClick={toggle}
        >
          {running ? (
            <Pause size={15} fill="currentColor" aria-hidden="true" />
          ) : ended ? (
            <RotateCcw size={15} aria-hidden="true" />
          ) : (
            <Play size={15} fill="currentColor" aria-hidden="true" />
          )}
        </button>
        <IconButton label="One bucket on" shortcut="." onClick={() => step(1)}>
          <ChevronRight size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <Head playback={playback} />
      {narrow ? (
        <Choice
          label="Speed"
          value={play.speed}
          choices={SPEEDS}
          text={(speed) => `${speed}×`}
          onChange={(speed) => change({ speed })}
        />
      ) : (
        <Segmented
          label="Speed"
          value={String(play.speed)}
          options={SPEED_OPTIONS}
          onChange={(speed) => change({ speed: Number(speed) })}
        />
      )}
      <Choice
        label="Shown before the playhead"
        value={play.spanMs}
        choices={SPANS}
        text={(span) => `${narrow ? '' : 'shows '}${formatDuration(span)}`}
        onChange={(spanMs) => change({ spanMs })}
      />
      <IconButton label="Leave playback" onClick={close}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </section>
  );
}

/** ms after the last movement of the slider before the server is asked. */
const SETTLE = 180;
/** ms between two looks at the clock while it runs. */
const TICK = 200;

/** The clock of what is played, and the track to put the playhead elsewhere on. */
function Head({ playback }: { readonly playback: Playback }) {
  const store = useLiveStore();
  const { playheadAt, bucketMs } = useLiveStatus();
  const [draft, setDraft] = useState<number | null>(null);
  useNow(TICK);
  const { from, to, head, running, play, range, seek } = playback;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is done then is always the same
  useEffect(() => {
    if (draft === null) return;
    const timer = setTimeout(() => {
      seek(draft);
      setDraft(null);
    }, SETTLE);
    return () => clearTimeout(timer);
  }, [draft]);

  const now = store.clock.now();
  const runs = running ? runningHead(head, playheadAt, now, play.speed, bucketMs) : head;
  const at = draft ?? Math.min(to, runs);
  const day = dayOf(at, now);
  const end = (moment: number) =>
    dayOf(moment, now) === day ? formatTimeSeconds(moment) : `${formatDay(moment)} ${formatTime(moment)}`;
  const share = (at - range.min) / Math.max(1, range.max - range.min);
  return (
    <>
      <time className={styles.clock} dateTime={new Date(at).toISOString()} title={utcMoment(at)}>
        {day !== 'Today' && <span className={styles.day}>{day} </span>}
        {formatTimeSeconds(at)}
      </time>
      <div className={styles.track}>
        <span className={styles.end}>{end(from)}</span>
        <input
          type="range"
          aria-label="Playhead"
          aria-valuetext={momentWords(at, now)}
          className={styles.slider}
          style={{ '--done': `${Math.max(0, Math.min(1, share)) * 100}%` } as React.CSSProperties}
          min={range.min}
          max={range.max}
          step={bucketMs}
          value={Math.max(range.min, Math.min(range.max, at))}
          onChange={(event) => setDraft(Number(event.currentTarget.value))}
        />
        <span className={styles.end}>{end(to)}</span>
      </div>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: number;
  readonly choices: readonly number[];
  readonly text: (value: number) => string;
  readonly onChange: (value: number) => void;
}

function Choice({ label, value, choices, text, onChange }: ChoiceProps) {
  const all = choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b);
  return (
    <select
      aria-label={label}
      title={label}
      className={styles.choice}
      value={value}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    >
      {all.map((choice) => (
        <option key={choice} value={choice}>
          {text(choice)}
        </option>
      ))}
    </select>
  );
}
