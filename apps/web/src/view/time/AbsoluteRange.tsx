import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/Button.js';
import type { ViewWindow } from '../view-url.js';
import styles from './TimePanel.module.css';
import { fromWall, toWall, type Zone } from './wall-clock.js';
import type { Here } from './when-resolve.js';
import type { Stretch } from './window-moves.js';

export interface AbsoluteRangeProps {
  readonly here: Here;
  /** What is on screen, to begin with. */
  readonly shown: Stretch;
  readonly onChoose: (window: ViewWindow) => void;
}

/** From and to, picked from a calendar. */
export function AbsoluteRange({ here, shown, onChoose }: AbsoluteRangeProps) {
  const [from, setFrom] = useState(() => fieldText(shown.from, here.zone));
  const [to, setTo] = useState(() => fieldText(shown.to, here.zone));
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const start = fieldTime(from, here.zone);
    const end = Math.min(fieldTime(to, here.zone), Math.ceil(here.now));
    if (Number.isNaN(start) || Number.isNaN(end)) setWrong('Both ends need a day and a time.');
    else if (start >= here.now) setWrong('That is still to come.');
    else if (start >= end) setWrong('The end is before the start.');
    else onChoose({ kind: 'fixed', from: start, to: end });
  };
  return (
    <form className={styles.range} onSubmit={submit}>
      {(['From', 'To'] as const).map((name) => (
        <label key={name} className={styles.field}>
          {name}
          <input
            type="datetime-local"
            className={styles.date}
            max={fieldText(here.now, here.zone)}
            value={name === 'From' ? from : to}
            onChange={({ target }) => {
              (name === 'From' ? setFrom : setTo)(target.value);
              setWrong(null);
            }}
          />
        </label>
      ))}
      <Button type="submit" data-choice className={styles.show ?? ''}>
        Show this range
      </Button>
      {wrong !== null && (
        <p role="alert" className={styles.wrong}>
          {wrong}
        </p>
      )}
    </form>
  );
}

/** `2026-11-21T14:00`, as the field of a browser has it. */
function fieldText(at: number, zone: Zone): string {
  const wall = toWall(at, zone);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${wall.year}-${pad(wall.month)}-${pad(wall.day)}T${pad(wall.hour)}:${pad(wall.minute)}`;
}

/** NaN where the field is not filled in. */
function fieldTime(text: string, zone: Zone): number {
  const said = /^(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (said === null) return Number.NaN;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = said
    .slice(1)
    .map((part) => Number(part ?? 0));
  return fromWall({ year, month, day, hour, minute, second, ms: 0 }, zone).at;
}
