/** How many letters must be added, taken, changed or swapped with the next to make one word of the other. */
function distance(one: string, other: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const change = (row[at - 1] ?? 0) + (other[at - 1] === letter ? 0 : 1);
      const swapped = letter === other[at - 2] && one[index - 1] === other[at - 1];
      const swap = swapped ? (before[at - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The one of the words that a mistyped one was most likely meant to be; null when none is near. */
export function nearWord(typed: string, words: readonly string[]): string | null {
  const most = typed.length < 5 ? 1 : 2;
  if (typed.length < 3 || typed.length > 20) return null;
  const [best] = words
    .map((word) => ({ word, off: distance(typed, word) }))
    .filter(({ off }) => off > 0 && off <= most)
    .sort((one, other) => one.off - other.off);
  return best?.word ?? null;
}
