import type { ChangeKind, CompareReply } from '@vibrissa/protocol/messages';
import { useId, useMemo, useRef } from 'react';
import { formatCount } from '../../../ui/format.js';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { useView } from '../../../view/useView.js';
import styles from './ChangeList.module.css';
import { ChangeRow } from './ChangeRow.js';
import { type ChangeLine, type Part, partsOf } from './change-words.js';

export interface ChangeListProps {
  readonly lines: readonly ChangeLine[];
  readonly data: CompareReply;
  readonly hidden: ReadonlySet<ChangeKind>;
}

/** The changes part by part, what is denied since first. `j` and `k` walk them. */
export function ChangeList({ lines, data, hidden }: ChangeListProps) {
  const list = useRef<HTMLDivElement>(null);
  const parts = useMemo(() => partsOf(lines.filter(({ kind }) => !hidden.has(kind))), [lines, hidden]);
  const step = (by: number) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-change]') ?? [])];
    const at = rows.findIndex((row) => row.matches(':focus'));
    rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  };
  useShortcuts([
    ['j', () => step(1)],
    ['k', () => step(-1)],
  ]);
  return (
    <div ref={list}>
      {parts.map((part) => (
        <PartList key={part.name} part={part} data={data} />
      ))}
      {parts.length === 0 && <p className={styles.none}>All kinds of change are left out.</p>}
    </div>
  );
}

function PartList({ part, data }: { readonly part: Part; readonly data: CompareReply }) {
  const id = useId();
  const [view, setView] = useView();
  const { name, title, lines } = part;
  const count = countOf(part, data);
  return (
    <section aria-labelledby={id} data-part={name} className={styles.part}>
      <h2 id={id} className={styles.title}>
        {title} <span className={styles.count}>{count}</span>
      </h2>
      <ul>
        {lines.map((line) => (
          <li key={line.key} className={styles.line}>
            <ChangeRow
              line={line}
              window={data.window}
              base={data.base}
              open={line.key === view.selected}
              onOpen={() => setView({ selected: line.key })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How many there are. Parts share kinds, of which only the sums are known: then it says of how many these are. */
function countOf({ lines }: Part, { totals, changes }: CompareReply): string {
  const kinds = [...new Set(lines.map(({ kind }) => kind))];
  const cut = kinds.filter((kind) => changes.filter((change) => change.kind === kind).length < totals[kind]);
  const count = formatCount(lines.length);
  const sum = cut.reduce((total, kind) => total + totals[kind], 0);
  return cut.length === 0 ? count : `${count} of the gravest among ${formatCount(sum)}`;
}
