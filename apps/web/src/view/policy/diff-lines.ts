/** What became of a line of a text. */
export type DiffKind = 'same' | 'added' | 'removed' | 'gap';

export interface DiffLine {
  readonly kind: DiffKind;
  /** Without the sign before it; empty for a gap. */
  readonly text: string;
}

/**
 * The lines of a unified diff without file names. A hunk that does not begin the text is told apart by a gap:
 * between them lines are left out. What is no diff at all is read as lines that stay.
 */
export function diffLines(diff: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  for (const line of diff.trimEnd().split('\n')) {
    if (line.startsWith('@@')) {
      if (lines.length > 0) lines.push({ kind: 'gap', text: '' });
    } else if (line.startsWith('+')) lines.push({ kind: 'added', text: line.slice(1) });
    else if (line.startsWith('-')) lines.push({ kind: 'removed', text: line.slice(1) });
    // Said of the last line of a text without a line break; nobody who reads YAML has to know.
    else if (!line.startsWith('\\')) lines.push({ kind: 'same', text: line.replace(/^ /, '') });
  }
  return lines;
}

/** `2 lines added, 1 removed`, for those who do not see the colours. */
export function diffWords(lines: readonly DiffLine[]): string {
  const count = (kind: DiffKind) => lines.filter((line) => line.kind === kind).length;
  const [added, removed] = [count('added'), count('removed')];
  const words = [
    ...(added > 0 ? [`${added} ${added === 1 ? 'line' : 'lines'} added`] : []),
    ...(removed > 0 ? [`${removed} ${added > 0 ? '' : removed === 1 ? 'line ' : 'lines '}removed`] : []),
  ];
  return words.length === 0 ? 'no line changes' : words.join(', ');
}
