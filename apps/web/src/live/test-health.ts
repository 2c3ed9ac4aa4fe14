import type { Health } from '@vibrissa/protocol/messages';

/** What a server says of itself that nobody has sent anything to, for tests. */
export function aHealth(change: Partial<Health> = {}): Health {
  return {
    type: 'health',
    now: 1_000_000_000_000,
    cluster: '',
    demo: null,
    agentsConnected: 0,
    agentsAway: 0,
    agents: [],
    sources: [],
    restoring: null,
    troubles: [],
    recordsPerSecond: 0,
    lagMs: null,
    loss: { rejected: 0, tooOld: 0, refused: 0, droppedByAgents: 0, lostUpstream: 0, evicted: 0 },
    flows: 0,
    oldest: null,
    history: null,
    ...change,
  };
}
