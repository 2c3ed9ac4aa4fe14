import { useMemo } from 'react';
import styles from './DiffBlock.module.css';
import { type DiffKind, diffLines, diffWords } from './diff-lines.js';

const SIGNS: Readonly<Record<DiffKind, string>> = { same: ' ', added: '+', removed: '−', gap: '⋯' };

/** What changes in a text, line by line: by sign and stroke as well as by colour. Wide lines scroll inside. */
export function DiffBlock({ label, diff }: { readonly label: string; readonly diff: string }) {
  const lines = useMemo(() => diffLines(diff), [diff]);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={`${label}: ${diffWords(lines)}`}
      className={styles.block}
    >
      <pre className={styles.lines}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
          <DiffRow key={index} {...line} />
        ))}
      </pre>
    </section>
  );
}

function DiffRow({ kind, text }: { readonly kind: DiffKind; readonly text: string }) {
  const Text = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
  return (
    <span className={styles.line} data-kind={kind}>
      <span className={styles.sign}>{SIGNS[kind]}</span>
      <Text className={styles.text}>{text === '' ? ' ' : text}</Text>
      {'\n'}
    </span>
  );
}
