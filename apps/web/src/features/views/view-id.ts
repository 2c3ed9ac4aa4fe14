/** What the server answers to at the same place as a view's id. */
const RESERVED = ['first'];
/** Short enough to be read in an address; the server takes 64. */
const LONGEST = 40;

/** An id made of a name, with a number behind it where another view has it. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const word =
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, LONGEST)
      .replaceAll(/^-+|-+$/g, '') || 'view';
  const used = new Set([...taken, ...RESERVED]);
  if (!used.has(word)) return word;
  let number = 2;
  while (used.has(`${word}-${number}`)) number++;
  return `${word}-${number}`;
}
