import { ChevronDown, ChevronLeft, ChevronRight, Clock, ZoomOut } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../ui/Button.js';
import { IconButton } from '../../ui/IconButton.js';
import { Popover } from '../../ui/Popover.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { DEFAULT_VIEW } from '../view-url.js';
import styles from './TimeControl.module.css';
import { TimePanel } from './TimePanel.js';
import { useWindow } from './useWindow.js';
import { utcWords, windowWords } from './when-words.js';
import { shifted, stretchOf, zoomed } from './window-moves.js';

/** The stretch of time on screen: what it is, a step to either side, and every way to choose another. */
export function TimeControl() {
  const { window, here, limits, show } = useWindow();
  const trigger = useRef<HTMLButtonElement>(null);
  const { from, to } = stretchOf(window, here.now);
  const backToLive = () => show(DEFAULT_VIEW.window);
  const earlier = shifted(window, -1, limits);
  const wider = zoomed(window, 'out', limits);

  useShortcuts([
    ['t', () => trigger.current?.click()],
    ['[', () => show(earlier)],
    [']', () => show(shifted(window, 1, limits))],
    ['-', () => show(wider)],
    ['=', () => show(zoomed(window, 'in', limits))],
    ['+', () => show(zoomed(window, 'in', limits))],
    ['l', backToLive],
  ]);

  return (
    <div className={styles.control}>
      {window.kind === 'fixed' && (
        <Button
          kind="primary"
          className={styles.back ?? ''}
          aria-label="Back to live"
          title="Back to live (l)"
          onClick={backToLive}
        >
          <span className={styles.wide}>Back to live</span>
          <span className={styles.narrow}>Live</span>
        </Button>
      )}
      <div className={styles.group}>
        <IconButton
          label="Earlier"
          shortcut="["
          className={styles.step ?? ''}
          disabled={same(earlier, window)}
          onClick={() => show(earlier)}
        >
          <ChevronLeft size={14} aria-hidden="true" />
        </IconButton>
        <Popover
          label="Window of time"
          align="end"
          trigger={({ ref, ...props }) => (
            <Button
              kind="quiet"
              className={styles.trigger ?? ''}
              title={`${utcWords(from, to)} (t)`}
              ref={(element) => {
                ref.current = element;
                trigger.current = element;
              }}
              {...props}
            >
              <Clock size={13} aria-hidden="true" />
              <span className={styles.words}>{windowWords(window, here)}</span>
              <ChevronDown size={13} aria-hidden="true" />
            </Button>
          )}
        >
          {(close) => <TimePanel close={close} />}
        </Popover>
        <IconButton
          label="Later"
          shortcut="]"
          className={styles.step ?? ''}
          disabled={window.kind === 'live'}
          onClick={() => show(shifted(window, 1, limits))}
        >
          <ChevronRight size={14} aria-hidden="true" />
        </IconButton>
        <IconButton
          label="Longer"
          shortcut="-"
          className={`${styles.step} ${styles.zoom}`}
          disabled={same(wider, window)}
          onClick={() => show(wider)}
        >
          <ZoomOut size={13} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
