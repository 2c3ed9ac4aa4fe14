const LARGEST: Readonly<Record<string, readonly [descending: string, ascending: string]>> = {
  attention: ['denied first', 'denied last'],
  bytes: ['most bytes first', 'fewest bytes first'],
  packets: ['most packets first', 'fewest packets first'],
  connections: ['most connections first', 'fewest connections first'],
  lastSeen: ['latest first', 'earliest first'],
  port: ['highest port first', 'lowest port first'],
  source: ['sources from Z', 'sources from A'],
  dest: ['destinations from Z', 'destinations from A'],
  protocol: ['protocols from Z', 'protocols from A'],
  policy: ['policies from Z', 'policies from A'],
};

/** Which rows come first: `most bytes first`. `column` is the server's name; denied first for one that is none. */
export function sortWords(column: string, descending: boolean): string {
  const words = Object.hasOwn(LARGEST, column) ? LARGEST[column] : undefined;
  return words === undefined ? 'denied first' : words[descending ? 0 : 1];
}
