import type { ApiGroup } from '@vibrissa/protocol/messages';
import { useLiveStore } from '../../../live/useLiveFlows.js';
import { formatBytes, formatCount } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import type { Span } from '../../../view/compare-span.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { momentWords } from '../../../view/time/moment-words.js';
import { utcMoment, utcWords } from '../../../view/time/when-words.js';
import { OUTCOME_WORDS } from '../details/detail-words.js';
import { outcomeOfGroup } from '../details/worst-first.js';
import styles from './BothWindows.module.css';
import { type ChangeLine, deciderName, podsOf, ratioWords } from './change-words.js';
import { bytesOf, packetsOf, perSecond, seconds } from './figures.js';
import { shortStretch } from './stretch-words.js';

export interface BothWindowsProps {
  readonly line: ChangeLine;
  readonly window: Span;
  readonly base: Span;
}

/** What a line was and what it is, figure by figure. */
export function BothWindows({ line, window, base }: BothWindowsProps) {
  const store = useLiveStore();
  const now = store.clock.now();
  const { change } = line;
  const before = change.then ?? line.twin;
  const after = change.now ?? line.twin;
  const rates = perSecond(window, base);
  const figure =
    (read: (group: ApiGroup) => number | null, format: (value: number | null) => string) =>
    (group: ApiGroup, span: Span): string => {
      const value = read(group);
      if (!rates || value === null) return format(value);
      return `${format(rounded(value / seconds(span)))} a second`;
    };
  const moment = (at: number) => (
    <time dateTime={new Date(at).toISOString()} title={utcMoment(at)}>
      {momentWords(at, now)}
    </time>
  );
  const rows: readonly (readonly [string, (group: ApiGroup, span: Span) => React.ReactNode])[] = [
    ['Verdict', (group) => <Verdict group={group} />],
    ['Decided by', (group) => decider(group)],
    ['Bytes', figure(bytesOf, formatBytes)],
    ['Packets', figure(packetsOf, formatCount)],
    ['Connections', figure((group) => group.connectionsStarted, formatCount)],
    ['Denied', figure((group) => group.connectionsDenied, formatCount)],
    ['Last seen', (group) => moment(group.lastSeen)],
  ];
  const head = (span: Span) => (
    <th scope="col" title={utcWords(span.from, span.to)}>
      {shortStretch(span, now)}
    </th>
  );
  const ratio = ratioWords(change.ratio);
  return (
    <Section title="Before and now" aside={ratio === '' ? undefined : ratio}>
      <table className={styles.table}>
        <thead>
          <tr>
            <td />
            {head(base)}
            {head(window)}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cell]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{before === null ? <Nothing name={name} /> : cell(before, base)}</td>
              <td>{after === null ? <Nothing name={name} /> : cell(after, window)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {line.twin !== null && (
        <p className={styles.note}>
          The pods were replaced in between: the same call {line.kind === 'added' ? 'came' : 'comes'}{' '}
          {podsOf(line.twin, line.group)}.
        </p>
      )}
    </Section>
  );
}

function rounded(value: number): number {
  return value < 10 ? Number(value.toFixed(1)) : Math.round(value);
}

function decider(group: ApiGroup): string {
  const hit = outcomeOfGroup(group) === 'stage' ? group.pendingDecidedBy : group.decidedBy;
  if (hit === null) return '–';
  return deciderName(hit) || 'no policy';
}

function Verdict({ group }: { readonly group: ApiGroup }) {
  const outcome = outcomeOfGroup(group);
  return (
    <span className={styles.verdict} data-outcome={outcome}>
      <OutcomeMark outcome={outcome} />
      {OUTCOME_WORDS[outcome]}
    </span>
  );
}

/** Said once; the other figures of what is not there are none. */
function Nothing({ name }: { readonly name: string }) {
  return <span className={styles.nothing}>{name === 'Verdict' ? 'not there' : '–'}</span>;
}
