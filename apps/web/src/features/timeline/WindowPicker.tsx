import { Check, ChevronDown, Clock } from 'lucide-react';
import { Button } from '../../ui/Button.js';
import { formatDuration, formatTimeSeconds } from '../../ui/format.js';
import { Popover } from '../../ui/Popover.js';
import { useView } from '../../view/useView.js';
import { DEFAULT_VIEW, type ViewWindow } from '../../view/view-url.js';
import styles from './WindowPicker.module.css';

const MINUTE = 60_000;
const CHOICES = [5, 15, 60] as const;

/** Which stretch of time the table shows: the last minutes as they pass, or one that stands still. */
export function WindowPicker({ now }: { readonly now: number }) {
  const [view, setView] = useView();
  const { window } = view;
  const choose = (next: ViewWindow) => setView({ window: next });

  return (
    <div className={styles.picker}>
      {window.kind === 'fixed' && (
        <Button kind="primary" className={styles.back ?? ''} onClick={() => choose(DEFAULT_VIEW.window)}>
          Back to live
        </Button>
      )}
      <Popover
        label="Window of time"
        align="end"
        trigger={(props) => (
          <Button kind="quiet" className={styles.trigger ?? ''} {...props}>
            <Clock size={13} aria-hidden="true" />
            {windowText(window)}
            <ChevronDown size={13} aria-hidden="true" />
          </Button>
        )}
      >
        {(close) => (
          <ul className={styles.list}>
            {CHOICES.map((minutes) => {
              const sinceMs = minutes * MINUTE;
              const chosen = window.kind === 'live' && window.sinceMs === sinceMs;
              return (
                <li key={minutes}>
                  <button
                    type="button"
                    aria-pressed={chosen}
                    className={styles.choice}
                    onClick={() => {
                      choose({ kind: 'live', sinceMs });
                      close();
                    }}
                  >
                    Last {minutes} minutes, live
                    {chosen && <Check size={14} aria-hidden="true" />}
                  </button>
                </li>
              );
            })}
            {window.kind === 'live' && (
              <li className={styles.apart}>
                <button
                  type="button"
                  className={styles.choice}
                  onClick={() => {
                    choose({ kind: 'fixed', from: Math.round(now - window.sinceMs), to: Math.round(now) });
                    close();
                  }}
                >
                  Keep this window as it is
                </button>
              </li>
            )}
            <li className={styles.note}>Or drag over the timeline.</li>
          </ul>
        )}
      </Popover>
    </div>
  );
}

function windowText(window: ViewWindow): string {
  if (window.kind === 'live') return `Last ${formatDuration(window.sinceMs)}`;
  const { from, to } = window;
  return `${formatTimeSeconds(from)} – ${formatTimeSeconds(to)}`;
}
