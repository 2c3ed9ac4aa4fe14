/** What became of a flow, as the page tells it: would be denied (`stage`) is a kind of its own. */
export type Outcome = 'deny' | 'stage' | 'allow' | 'unknown';
