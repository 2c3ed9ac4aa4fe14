import { fitText, textWidth } from './fit-text.js';
import styles from './RankRow.module.css';
import { useRovingTabIndex } from './RovingLinks.js';
import type { RankName, Tone } from './ranks.js';

/** A row of a ranking as it is drawn. */
export interface Rank {
  readonly key: string;
  readonly name: RankName;
  readonly amount: number;
  /** The amount as it is read. */
  readonly text: string;
  /** Denied connections among what is ranked by something else. */
  readonly denied: string;
  readonly tone: Tone;
  readonly href: string;
  readonly label: string;
}

export interface RankRowProps {
  readonly rank: Rank;
  readonly index: number;
  readonly y: number;
  readonly height: number;
  /** px the bar is long. */
  readonly length: number;
  /** px the row is wide. */
  readonly width: number;
}

const FONT = '13px "Inter Variable", Inter, system-ui, sans-serif';
const PADDING = 9;
const GAP = 8;

/** A bar with its name upon it and its amount at the end of the row: all one link. */
export function RankRow({ rank, index, y, height, length, width }: RankRowProps) {
  const { name, text, denied, tone, href, label } = rank;
  const tabIndex = useRovingTabIndex(index);
  const middle = y + height / 2;
  const amountWidth = textWidth(text, `540 ${FONT}`);
  const deniedWidth = denied === '' ? 0 : textWidth(denied, FONT) + GAP;
  const markWidth = name.mark === '' ? 0 : textWidth(name.mark, FONT) + GAP;
  const room = width - 2 * PADDING - amountWidth - deniedWidth - markWidth - 2 * GAP;
  const measure = (part: string) => textWidth(part, FONT);
  const whole = name.lead + name.text;
  const lead = measure(whole) <= room ? name.lead : fitText(name.lead, room * 0.4, measure);
  const shown = fitText(name.text, room - measure(lead), measure);
  const amountAt = width - PADDING;

  return (
    <a
      href={href}
      data-index={index}
      data-tone={tone}
      data-marked={(name.mark !== '' && tone === 'plain') || undefined}
      tabIndex={tabIndex}
      className={styles.row}
    >
      <title>{label}</title>
      <rect x={1} y={y + 1} width={width - 2} height={height - 2} rx={5} className={styles.hit} />
      <rect
        x={1}
        y={y + 1}
        width={Math.max(3, length - 2)}
        height={height - 2}
        rx={Math.min(5, Math.max(3, length - 2) / 2)}
        className={styles.bar}
      />
      <text x={PADDING} y={middle} dominantBaseline="central">
        <tspan className={styles.lead}>{lead}</tspan>
        <tspan className={styles.name}>{shown}</tspan>
        {name.mark !== '' && (
          <tspan dx={GAP} className={styles.mark}>
            {name.mark}
          </tspan>
        )}
      </text>
      {denied !== '' && (
        <text
          x={amountAt - amountWidth - GAP}
          y={middle}
          textAnchor="end"
          dominantBaseline="central"
          className={styles.denied}
        >
          {denied}
        </text>
      )}
      <text x={amountAt} y={middle} textAnchor="end" dominantBaseline="central" className={`${styles.value}`}>
        {text}
      </text>
    </a>
  );
}
