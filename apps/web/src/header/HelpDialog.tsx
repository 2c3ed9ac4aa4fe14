import { Dialog } from '../ui/Dialog.js';
import { Kbd } from '../ui/Kbd.js';
import styles from './HelpDialog.module.css';

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Filter'],
  [['j', 'k'], 'Next and previous row'],
  [['←', '→'], 'Cell by cell along the row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close what is open'],
  [['f'], 'Filter by the cell; find a policy'],
  [['Shift', 'f'], 'Filter against the cell'],
  [['Space'], 'Pause and go on; halt and play'],
  [['p'], 'Play the window back'],
  [[',', '.'], 'Playback one bucket back and on'],
  [['c'], 'Compare with another window'],
  [['t'], 'Choose a time'],
  [['[', ']'], 'Window earlier and later'],
  [['-', '='], 'Window longer and shorter'],
  [['l'], 'Back to live'],
  [['g', 'f'], 'To the flows'],
  [['g', 'o'], 'To the overview'],
  [['g', 'p'], 'To the policies'],
  [['g', 'r'], 'To recommended policies'],
  [['w'], 'Why, of the open row'],
  [['x'], 'Its fix'],
  [['q'], 'Quarantine'],
  [['e'], 'Edit the policy and try it'],
  [['v'], 'Saved views'],
  [['?'], 'This help'],
];

const SIGNS: readonly (readonly [sign: string, what: string])[] = [
  ['Denied', 'a square, red: an enforced policy denied it, on either side.'],
  ['Would deny', 'a diamond, amber: allowed now, denied once staged policies are enforced.'],
  ['Allowed', 'a ring.'],
  ['Unknown', 'a broken ring: no source told.'],
  ['Broken link', 'packets were lost, and no policy is known to have denied them.'],
  ['–', 'not known, which is not zero.'],
  ['new', 'a destination outside the cluster that was never seen before.'],
];

const FILTERS: readonly (readonly [text: string, what: string])[] = [
  ['namespace=shop verdict=deny', 'denied, from or to shop'],
  ['source.workload=frontend port=8080,8443', 'either port, from frontend'],
  ['dest.ip=203.0.113.0/24', 'to addresses in a block'],
  ['-policy=allow-dns bytes>10MB', 'not touched by allow-dns, and large'],
  ['(dns~example or age<5m)', 'a name that contains example, or new'],
];

const TIMES: readonly (readonly [text: string, what: string])[] = [
  ['last 3 hours', 'slides with now'],
  ['yesterday 14:00–15:00', 'as your clock has it; 14:00Z is UTC'],
  ['mon 9:00 - 9:30', 'the last Monday'],
  ['2h ago', 'what was around then; so is 14:05'],
];

export interface HelpDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function HelpDialog({ open, onClose }: HelpDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Help">
      <h3 className={styles.heading}>Keys</h3>
      <dl className={styles.keys}>
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what} className={styles.pair}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.heading}>In the table</h3>
      <p className={styles.text}>
        Click a value to filter by it, Alt-click to filter against it, click beside it to open the row. Rows
        stay where they are while you point at them, scroll or walk them; new ones wait above.
      </p>
      <h3 className={styles.heading}>Filter</h3>
      <dl className={styles.filters}>
        {FILTERS.map(([text, what]) => (
          <div key={text} className={styles.pair}>
            <dt>
              <code>{text}</code>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.heading}>Time</h3>
      <dl className={styles.filters}>
        {TIMES.map(([text, what]) => (
          <div key={text} className={styles.pair}>
            <dt>
              <code>{text}</code>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.text}>
        On the timeline, drag to choose a window; drag the window or its edges to move it. The wheel or two
        fingers zoom, Shift and dragging pan, a double click fits the strip to the window. With the window in
        focus: ← → move it, ↑ ↓ zoom, Page Up and Page Down pan, Home fits.
      </p>
      <h3 className={styles.heading}>Signs</h3>
      <dl className={styles.signs}>
        {SIGNS.map(([sign, what]) => (
          <div key={sign} className={styles.pair}>
            <dt>{sign}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.text}>
        The server describes its HTTP API at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.
      </p>
    </Dialog>
  );
}
