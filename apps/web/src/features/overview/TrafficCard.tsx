import type { SeriesPoint, SeriesReply } from '@vibrissa/protocol/messages';
import { useCallback, useMemo, useState } from 'react';
import type { LongQuery } from '../../api/useLongQuery.js';
import { formatBytes, formatCount, formatShort } from '../../ui/format.js';
import { Segmented } from '../../ui/Segmented.js';
import { flowsHref } from '../../view/flows-link.js';
import type { View } from '../../view/view-url.js';
import { ChartCard } from './ChartCard.js';
import type { ChartTable } from './chart-table.js';
import { fileNameOf, type Told } from './picture-texts.js';
import styles from './TrafficCard.module.css';
import { spanText } from './time-axis.js';
import { VerdictChart } from './VerdictChart.js';
import { filledPoints, LAYERS, type LayerKey, totalOf } from './verdict-layers.js';

export type TrafficMeasure = 'lines' | 'bytes';

export interface TrafficCardProps {
  readonly query: LongQuery<SeriesReply>;
  readonly measure: TrafficMeasure;
  readonly onMeasure: (measure: TrafficMeasure) => void;
  readonly view: View;
  readonly told: Told;
  /** Nothing is kept from before this; null where that is not known. */
  readonly keptFrom: number | null;
}

const HEIGHT = 232;
const OPTIONS = [
  { value: 'lines', label: 'Connections' },
  { value: 'bytes', label: 'Bytes' },
] as const;
const NO_POINTS: readonly SeriesPoint[] = [];

/** Traffic over time by what became of it. */
export function TrafficCard({ query, measure, onMeasure, view, told, keptFrom }: TrafficCardProps) {
  const { data } = query;
  const [pointed, setPointed] = useState<SeriesPoint | null>(null);
  const stepMs = data?.stepMs ?? 1;
  const { from, to } = told;
  const { isStale } = query;
  const points = useMemo(() => {
    if (data === undefined) return NO_POINTS;
    // What is on screen of the window before keeps its own time.
    return isStale ? data.points : filledPoints(data.points, from, to, data.stepMs);
  }, [data, isStale, from, to]);
  // What is on screen may still be of the measure before.
  const shownMeasure = data?.measure === 'bytes' ? 'bytes' : 'lines';
  const amountText = shownMeasure === 'bytes' ? formatBytes : formatShort;
  const hrefOf = useCallback(
    (point: SeriesPoint, layer: LayerKey | null) =>
      flowsHref(view, LAYERS.find(({ key }) => key === layer)?.clauses ?? [], {
        window: { kind: 'fixed', from: point.at, to: point.at + stepMs },
      }),
    [view, stepMs],
  );
  const nameOf = useCallback(
    (point: SeriesPoint) => `${spanText(point.at, point.at + stepMs)}: ${wordsOf(point, shownMeasure)}`,
    [stepMs, shownMeasure],
  );
  const layerNameOf = useCallback(
    (point: SeriesPoint, layer: LayerKey) =>
      `${spanText(point.at, point.at + stepMs)}: ${layerWords(point, layer, shownMeasure)}`,
    [stepMs, shownMeasure],
  );
  const seen = points.some((point) => totalOf(point) > 0);
  const table = useMemo(
    () => tableOf(seen ? points : NO_POINTS, stepMs, shownMeasure, hrefOf),
    [points, seen, stepMs, shownMeasure, hrefOf],
  );

  return (
    <ChartCard
      title="Traffic by verdict"
      wide
      note={<Legend pointed={pointed} stepMs={stepMs} points={points} amountText={amountText} />}
      actions={<Segmented label="Measured in" value={measure} options={OPTIONS} onChange={onMeasure} />}
      asked={query}
      table={table}
      none={
        shownMeasure === 'bytes'
          ? 'No bytes were counted in this window.'
          : 'Nothing was seen in this window.'
      }
      height={HEIGHT}
      texts={told.texts(`Traffic by verdict, ${shownMeasure === 'bytes' ? 'bytes' : 'connections'}`)}
      fileName={fileNameOf(`traffic-${shownMeasure}`, told)}
    >
      {(width) => (
        <VerdictChart
          label="Traffic by verdict over time"
          points={points}
          stepMs={stepMs}
          keptFrom={keptFrom}
          width={width}
          height={HEIGHT}
          amountText={amountText}
          hrefOf={hrefOf}
          nameOf={nameOf}
          layerNameOf={layerNameOf}
          onPoint={setPointed}
        />
      )}
    </ChartCard>
  );
}

interface LegendProps {
  readonly pointed: SeriesPoint | null;
  readonly stepMs: number;
  readonly points: readonly SeriesPoint[];
  readonly amountText: (amount: number) => string;
}

/** What the colours mean, and how much there is of each in the step that is pointed at. */
function Legend({ pointed, stepMs, points, amountText }: LegendProps) {
  const shown = LAYERS.filter(({ key }) => key !== 'unknown' || points.some((point) => point.unknown > 0));
  return (
    <span className={styles.legend}>
      {shown.map(({ key, label }) => (
        <span key={key} className={styles.entry}>
          <i data-layer={key} className={styles.swatch} />
          {label}
          <b className={styles.amount}>{pointed === null ? '' : amountText(pointed[key])}</b>
        </span>
      ))}
      <span className={styles.time}>{pointed === null ? '' : spanText(pointed.at, pointed.at + stepMs)}</span>
    </span>
  );
}

function wordsOf(point: SeriesPoint, measure: TrafficMeasure): string {
  return LAYERS.filter(({ key }) => key !== 'unknown' || point.unknown > 0)
    .map(({ key }) => layerWords(point, key, measure))
    .join(', ');
}

function layerWords(point: SeriesPoint, layer: LayerKey, measure: TrafficMeasure): string {
  const amount = measure === 'bytes' ? formatBytes : formatCount;
  const label = LAYERS.find(({ key }) => key === layer)?.label ?? layer;
  return `${amount(point[layer])} ${label.toLowerCase()}`;
}

function tableOf(
  points: readonly SeriesPoint[],
  stepMs: number,
  measure: TrafficMeasure,
  hrefOf: (point: SeriesPoint, layer: LayerKey | null) => string,
): ChartTable {
  const unit = measure === 'bytes' ? ', bytes' : '';
  const amountText = measure === 'bytes' ? formatBytes : formatCount;
  return {
    columns: [
      { label: 'Time', numeric: false },
      ...[...LAYERS].reverse().map(({ label }) => ({ label: `${label}${unit}`, numeric: true })),
    ],
    // The newest first, as in the table of flows.
    rows: points.toReversed().map((point) => ({
      key: String(point.at),
      cells: [
        {
          value: new Date(point.at).toISOString(),
          text: spanText(point.at, point.at + stepMs),
          href: hrefOf(point, null),
        },
        ...[...LAYERS].reverse().map(({ key, tone }) => ({
          value: point[key],
          text: amountText(point[key]),
          ...(point[key] > 0 && { href: hrefOf(point, key), tone }),
        })),
      ],
    })),
  };
}
