import { randomBytes, randomInt } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '@vibrissa/model';
import type { Health } from '@vibrissa/protocol/messages';
import { HotStore, openHistory, TieredStore } from '@vibrissa/store';
import { systemClock } from './clock.js';
import type { Config } from './config.js';
import { FlowCollector } from './goldmane/flow-collector.js';
import { FlowWindows } from './goldmane/flow-windows.js';
import { HistoryKeeper } from './history/history-keeper.js';
import { hasHistory, historyOptions } from './history/history-options.js';
import { recallDestinations } from './history/recall-destinations.js';
import { AcceptFlows } from './ingest/accept-flows.js';
import { Agents } from './ingest/agents.js';
import type { OwnedJournal } from './ingest/journal.js';
import { replayBatches } from './ingest/journal-lines.js';
import { replayNumbers, SenderNumbers } from './ingest/journal-numbers.js';
import { JournalRestore } from './ingest/journal-restore.js';
import { KnownDestinations } from './ingest/known-destinations.js';
import { openJournal } from './ingest/open-journal.js';
import { Sources } from './ingest/sources.js';
import { FlowHub } from './live/flow-hub.js';
import { HealthFeed } from './live/health-feed.js';
import { createLogger, type Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { KnownPolicies } from './policies/known-policies.js';
import type { PolicyApplier } from './policies/policy-applier.js';
import { Queries } from './queries.js';
import { SavedViews } from './views/saved-views.js';

/** Everything that is built once and handed down. */
export interface Context {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly store: HotStore;
  /** All flows, those in memory and those kept: what every query of a window is asked of. */
  readonly flows: TieredStore;
  /** What bounds the time and the number of queries. */
  readonly queries: Queries;
  /** Views that have a name. */
  readonly views: SavedViews;
  readonly agents: Agents;
  readonly sources: Sources;
  readonly destinations: KnownDestinations;
  readonly accept: AcceptFlows;
  /** Where input goes before it is acknowledged. */
  readonly journal: OwnedJournal;
  /** What outlives the memory. */
  readonly history: HistoryKeeper;
  /** What an earlier run left; until it is read back nothing is let in. */
  readonly restore: JournalRestore;
  /** Takes in what Felix sends. */
  readonly collector: FlowCollector;
  readonly hub: FlowHub;
  /** The flows as Goldmane's readers ask for them. */
  readonly windows: FlowWindows;
  readonly health: HealthFeed;
  /** The scenario that plays, and how its policies are changed; null when the cluster is real, or there is none. */
  readonly demo: { scenario: string | null; applier: PolicyApplier | null };
  /** The policies of the cluster, as far as they are known. */
  readonly policies: KnownPolicies;
  /** How late the event loop was in the last second, ms (99th percentile). */
  loopDelayMs(): number;
  dispose(): Promise<void>;
}

/** How many agents the header can list. */
const LISTED_AGENTS = 100;

/** What a test replaces. */
export type Overrides = Partial<Pick<Context, 'clock' | 'log'>> & {
  /** Opens a history, by default in a thread of its own. */
  readonly openHistory?: typeof openHistory;
};

export function createContext(config: Config, overrides: Overrides = {}): Context {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLogger(config.logLevel, process.stdout.isTTY === true);
  const open = overrides.openHistory ?? openHistory;
  const metrics = new Metrics();
  const store = new HotStore({
    clock,
    bucketMs: config.bucketMs,
    buckets: config.buckets,
    maxSlots: config.maxSlots,
  });
  const queries = new Queries({ mostMs: config.queryMs });
  const agents = new Agents(clock);
  const sources = new Sources(clock);
  const destinations = new KnownDestinations(config.learnMs);
  const flows = new TieredStore({ hot: store, clock, retentionMs: config.retention });
  const accept = new AcceptFlows({ store: flows, ring: store.ring, clock, destinations, metrics });
  const { journal, past, isKept } = openJournal({
    data: config.data,
    mostBytes: config.journalBytes,
    horizonMs: config.bucketMs * config.buckets,
    bucketMs: config.bucketMs,
    fsyncMs: config.fsync,
    head: () => accept.head,
    clock,
    log,
  });
  const views = new SavedViews({ data: config.data, clock, log });
  const history = new HistoryKeeper({
    open: isKept ? () => open(historyOptions(config, config.data)) : null,
    openPlay: () => open(historyOptions(config, null)),
    store: flows,
    recalled: () => store.turns.run(recallDestinations(store.ring, destinations)),
    journal,
    clock,
    log,
    bucketMs: config.bucketMs,
    mostBytes: config.historyBytes,
    retentionMs: config.retention,
  });
  const restore = new JournalRestore({
    past,
    accept,
    turns: store.turns,
    log,
    bucketMs: config.bucketMs,
    isNew: past.bytes === 0 && (!history.isKept || !hasHistory(config.data)),
    recall: history.isKept ? (told, ending) => history.recall(told, ending) : null,
    between: (segment) => history.handOver(() => segment),
  });
  const numbers = new SenderNumbers(agents, journal, clock);
  const replay = replayBatches(accept, agents);
  restore.onReplay('lines', replay);
  restore.onReplay('array', replay);
  restore.onReplay('numbers', replayNumbers(agents));
  const collector = new FlowCollector({
    accept,
    senders: agents,
    clock,
    log,
    journal: config.data === null ? null : journal,
    seed: randomInt(2 ** 32),
  });
  restore.onReplay('goldmane', collector.replay);
  const hub = new FlowHub({
    store,
    clock,
    boot: randomBytes(6).toString('hex'),
    newSince: (address) => destinations.newSince(address),
  });
  const windows = new FlowWindows({ store, clock });
  const demo: Context['demo'] = { scenario: null, applier: null };
  const policies = new KnownPolicies();
  const health = new HealthFeed(() => readHealth());
  const readHealth = (): Health => {
    const list = agents.list();
    const agentsConnected = list.filter((agent) => agent.connected).length;
    return {
      type: 'health',
      now: clock.now(),
      cluster: config.cluster,
      demo: demo.scenario,
      agentsConnected,
      agentsAway: list.length - agentsConnected,
      agents: list.slice(0, LISTED_AGENTS),
      sources: sources.list(),
      restoring: restore.progress,
      troubles: [...journal.status().troubles, ...history.troubles, ...views.troubles, ...policies.troubles],
      recordsPerSecond: accept.recordsPerSecond,
      lagMs: accept.lagMs,
      loss: {
        rejected: accept.rejected,
        tooOld: accept.tooOld,
        refused: accept.refused,
        droppedByAgents: agents.dropped,
        lostUpstream: sources.lost + accept.lostUpstream,
        evicted: store.ring.evicted,
      },
      flows: store.ring.size,
      oldest: history.oldest ?? store.ring.oldestData,
      history: history.health,
    };
  };
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  let lateMs = 0;
  const timers = [
    setInterval(() => {
      hub.tick();
      windows.tick();
    }, config.tickMs),
    setInterval(() => {
      // The monitor counts its own resolution as delay.
      lateMs = Math.max(0, loop.percentile(99) / 1e6 - 10);
      loop.reset();
      if (history.isBegun) {
        numbers.tick();
        history.tick();
      }
      journal.tidy();
      health.publish();
    }, 1000),
  ];
  metrics.read({
    flows: () => store.ring.size,
    agents: () => agents.list().filter((agent) => agent.connected).length,
    browsers: () => health.listeners,
    evicted: () => store.ring.evicted,
    droppedByAgents: () => agents.dropped,
    sourcesDown: () => sources.list().filter(({ state }) => state !== 'live').length,
    lostUpstream: () => sources.lost + accept.lostUpstream,
    duplicateUpdates: () => collector.stats.duplicates,
    repairedUpdates: () => collector.stats.repaired,
    forgottenUpdates: () => collector.stats.forgottenEarly,
    journalBytes: () => journal.status().bytes,
    journalSkipped: () => journal.status().skipped,
    journalDropped: () => journal.status().droppedBytes,
    journalDamaged: () => journal.status().damaged,
    journalUnread: () => restore.unread,
    historyBytes: () => history.status?.bytes ?? 0,
    historyFreeBytes: () => history.status?.freeBytes ?? 0,
    historyWritten: () => history.status?.written ?? 0,
    historyDropped: () => (history.status?.dropped ?? 0) + flows.dropped,
    historyWaitingBytes: () => history.status?.waitingBytes ?? 0,
    historyFlushMs: () => history.status?.flushMs ?? 0,
    historyOldestSeconds: () => (history.status?.oldest ?? 0) / 1000,
    historyFailed: () => (history.health?.state === 'failed' ? 1 : 0),
    windowReaders: () => windows.streams,
    windowsLost: () => windows.lost.buckets,
    latePartsLost: () => windows.lost.lateParts,
    foldedDestinations: () => destinations.folded,
    policies: () => policies.rulebook.policies.length,
    policySourcesFailed: () => policies.sources.filter(({ state }) => state === 'failed').length,
    policyProblems: () => policies.sources.reduce((sum, { problems }) => sum + problems.length, 0),
    loopDelayMs: () => lateMs,
  });
  return {
    config,
    clock,
    log,
    metrics,
    store,
    flows,
    queries,
    views,
    agents,
    sources,
    destinations,
    accept,
    journal,
    history,
    restore,
    collector,
    hub,
    windows,
    health,
    demo,
    policies,
    loopDelayMs: () => lateMs,
    async dispose() {
      for (const timer of timers) clearInterval(timer);
      loop.disable();
      await history.close();
      await journal.close();
      await store.close();
    },
  };
}
