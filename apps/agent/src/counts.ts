/** What happened since the agent started, in records unless said otherwise. */
export interface Counts {
  read: number;
  sent: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  /** Lines too long to be records, given up here. */
  overlong: number;
  /** Lines that are not as their source should write them. */
  refused: number;
  /** Lines of a shared log that are about something else. */
  skipped: number;
  /** Times the kernel had more to tell than its buffer holds. */
  overruns: number;
  /** Connections too many to be kept in mind. */
  untracked: number;
  /** Logged packets that a rule handed on, of which no decision was seen in time. */
  undecided: number;
  /** Times the server welcomed the agent. */
  connections: number;
  slowDowns: number;
}

export function newCounts(): Counts {
  return {
    read: 0,
    sent: 0,
    accepted: 0,
    duplicate: 0,
    rejected: 0,
    overlong: 0,
    refused: 0,
    skipped: 0,
    overruns: 0,
    untracked: 0,
    undecided: 0,
    connections: 0,
    slowDowns: 0,
  };
}
