import type { TopReply } from '@vibrissa/protocol/messages';
import { useMemo } from 'react';
import type { LongQuery } from '../../api/useLongQuery.js';
import { formatBytes, formatCount, formatShort, plural } from '../../ui/format.js';
import { flowsHref } from '../../view/flows-link.js';
import type { View } from '../../view/view-url.js';
import { ChartCard } from './ChartCard.js';
import type { ChartTable } from './chart-table.js';
import { fileNameOf, type Told } from './picture-texts.js';
import { RankChart } from './RankChart.js';
import type { Rank } from './RankRow.js';
import { knownMeasure, type Ranking, type TopRow } from './ranks.js';

/** Rows a card has room for. */
const RANKS = 8;
/** px of a row. */
const ROW = 30;

export interface RankCardProps {
  readonly ranking: Ranking;
  readonly query: LongQuery<TopReply>;
  readonly view: View;
  readonly told: Told;
}

/** The most of something, as bars, each of which leads to its flows. */
export function RankCard({ ranking, query, view, told }: RankCardProps) {
  const { data } = query;
  const ranks = useMemo(
    () => data?.rows.slice(0, RANKS).map((row) => rankOf(ranking, row, data, view)) ?? [],
    [ranking, data, view],
  );
  const table = useMemo(() => tableOf(ranking, data, view), [ranking, data, view]);
  return (
    <ChartCard
      title={ranking.title}
      note={data === undefined ? null : sumText(ranking, data)}
      asked={query}
      table={table}
      none={ranking.none}
      goodNews={ranking.tone([]) !== 'plain'}
      height={RANKS * ROW}
      texts={told.texts(ranking.title)}
      fileName={fileNameOf(ranking.id, told)}
    >
      {(width) => (
        <RankChart label={ranking.title} ranks={ranks} width={width} height={RANKS * ROW} room={RANKS} />
      )}
    </ChartCard>
  );
}

const NOUNS = { flows: 'connection', bytes: 'byte', denied: 'denied attempt' } as const;

function amountText(measure: Ranking['measure'], amount: number): string {
  return measure === 'bytes' ? formatBytes(amount) : formatShort(amount);
}

function wholeName(ranking: Ranking, row: TopRow): string {
  const { lead, text } = ranking.name(row.values);
  return lead + text;
}

function rankOf(ranking: Ranking, row: TopRow, reply: TopReply, view: View): Rank {
  const measure = knownMeasure(ranking, reply.sum);
  const tone = ranking.tone(row.values);
  const name = ranking.name(row.values);
  const amount = row[measure];
  const said = measure === 'bytes' ? formatBytes(amount) : plural(amount, NOUNS[measure]);
  const share = reply.sum[measure] > 0 ? Math.round((amount / reply.sum[measure]) * 100) : 0;
  const denied = ranking.tellsDenied && row.denied > 0 ? `${formatShort(row.denied)} denied` : '';
  const parts = [said, `${share} % of all`, denied, name.mark].filter((part) => part !== '');
  return {
    key: JSON.stringify(row.values),
    name,
    amount,
    text: amountText(measure, amount),
    denied,
    tone,
    href: hrefOf(ranking, row, measure, view),
    label: `${wholeName(ranking, row)}: ${parts.join(', ')}`,
  };
}

function hrefOf(ranking: Ranking, row: TopRow, measure: Ranking['measure'], view: View): string {
  const sort = measure === 'bytes' ? { sort: { column: 'bytes', descending: true } } : {};
  return flowsHref(view, ranking.clauses(row.values), sort);
}

/** What all of it adds up to, and how many there are beyond the rows. */
function sumText(ranking: Ranking, { sum, total }: TopReply) {
  if (total === 0) return null;
  const measure = knownMeasure(ranking, sum);
  const said = measure === 'bytes' ? formatBytes(sum.bytes) : plural(sum[measure], NOUNS[measure]);
  return (
    <>
      <b>{said}</b>
      {total > RANKS ? `, the first ${RANKS} of ${formatCount(total)}` : ''}
    </>
  );
}

function tableOf(ranking: Ranking, reply: TopReply | undefined, view: View): ChartTable {
  const marked = reply?.rows.some(({ values }) => ranking.name(values).mark !== '') ?? false;
  const measure = reply === undefined ? ranking.measure : knownMeasure(ranking, reply.sum);
  return {
    columns: [
      { label: ranking.noun, numeric: false },
      ...(marked ? [{ label: 'Note', numeric: false }] : []),
      { label: 'Connections', numeric: true },
      { label: 'Bytes', numeric: true },
      { label: 'Denied attempts', numeric: true },
    ],
    rows:
      reply?.rows.map((row) => {
        const { mark } = ranking.name(row.values);
        return {
          key: JSON.stringify(row.values),
          cells: [
            {
              value: wholeName(ranking, row),
              text: wholeName(ranking, row),
              href: hrefOf(ranking, row, measure, view),
            },
            ...(marked ? [{ value: mark, text: mark }] : []),
            { value: row.flows, text: formatCount(row.flows) },
            { value: row.bytes, text: formatBytes(row.bytes) },
            {
              value: row.denied,
              text: formatCount(row.denied),
              tone: row.denied > 0 ? ('deny' as const) : undefined,
            },
          ],
        };
      }) ?? [],
  };
}
