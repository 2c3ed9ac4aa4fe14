import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { exactFilterFor, printFilter } from '@vibrissa/model';
import type { ApiGroup } from '@vibrissa/protocol/messages';
import { groupsQuery } from '../../../api/queries.js';
import type { Row } from '../../../live/row.js';
import { Button } from '../../../ui/Button.js';
import { ErrorNotice } from '../../../ui/ErrorNotice.js';
import { plural } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import { endName } from '../../../view/end-name.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { useView } from '../../../view/useView.js';
import { rowKeyText } from '../../../view/view-url.js';
import { policyText } from '../row-text.js';
import { OUTCOME_WORDS } from './detail-words.js';
import styles from './FoldedDetails.module.css';
import { Headline } from './Headline.js';
import { LookFurther } from './LookFurther.js';
import { useShownWindow } from './shown-window.js';
import { TrafficCounters } from './TrafficCounters.js';
import { outcomeOfGroup, worstFirst } from './worst-first.js';

/** The most connections that are listed; the table shows them all. */
const LISTED = 12;
/** The most that are asked for, to find the worst of. */
const ASKED = 500;

/** A line that folds several connections: what they are, the worst first, each a step away. */
export function FoldedDetails({ row }: { readonly row: Row }) {
  const [, setView] = useView();
  const { bounds, refetch: every } = useShownWindow();
  const filter = printFilter(exactFilterFor(row));
  const { data, error, refetch } = useQuery({
    ...groupsQuery(filter, bounds, 'connection', ASKED),
    refetchInterval: every === false ? false : every * 2,
    placeholderData: keepPreviousData,
  });
  const groups = worstFirst(data?.flows ?? []);
  const [from, to] = [endName(row.source), endName(row.dest)];
  return (
    <>
      <Headline
        text={from === to ? `Flows within ${from}` : `Flows from ${from} to ${to}`}
        more={['This line folds several connections. Open one to see what policy did with it.']}
      />
      {error !== null && data === undefined && (
        <ErrorNotice
          title="The connections of this line could not be read"
          actions={<Button onClick={() => void refetch()}>Try again</Button>}
        >
          {error.message}
        </ErrorNotice>
      )}
      <Section title="Connections" aside={data !== undefined && plural(data.total, 'connection')}>
        <ul className={styles.list}>
          {groups.slice(0, LISTED).map((group) => {
            const { id, source, dest, port, protocol, decidedBy, pendingDecidedBy } = group;
            const outcome = outcomeOfGroup(group);
            const ends = endsWithin(row, group);
            const policy = policyText(outcome === 'stage' ? pendingDecidedBy : decidedBy);
            return (
              <li key={id}>
                <button
                  type="button"
                  className={styles.connection}
                  onClick={() =>
                    setView({ grouping: 'connection', selected: rowKeyText(source, dest, port, protocol) })
                  }
                >
                  <OutcomeMark outcome={outcome} />
                  <span className="visually-hidden">{OUTCOME_WORDS[outcome]}:</span>
                  <span className={styles.what}>
                    {ends !== '' && `${ends} `}
                    <span className={ends === '' ? undefined : styles.port}>
                      {port === 0 ? protocol : `${protocol} ${port}`}
                    </span>
                  </span>
                  <span className={styles.policy} title={policy.title}>
                    {policy.name === '' ? policy.detail : policy.name}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </Section>
      <TrafficCounters row={row} completed={null} filter={filter} />
      <LookFurther row={row} />
    </>
  );
}

/** What of the ends the folded line does not say already. */
function endsWithin(row: Row, { source, dest }: ApiGroup): string {
  const from = endName(source) === endName(row.source) ? '' : endName(source);
  const to = endName(dest) === endName(row.dest) ? '' : endName(dest);
  if (from === '') return to;
  return `${from} → ${to === '' ? endName(dest) : to}`;
}
