import { type FlowRecord, type Millis, millis } from '@vibrissa/model';
import {
  createPlay,
  editWorld,
  isScenarioName,
  type Play,
  rulebookOf,
  SCENARIO_NAMES,
  SCENARIOS,
  type Scenario,
} from '@vibrissa/simulator';
import { ConfigError } from './config.js';
import type { Context } from './context.js';
import { PlayPolicies } from './policies/play-policies.js';
import { tellPast } from './tell-past.js';

/** The scenario that plays when none is named: there is something to find in it. */
const FIRST_SCENARIO = 'broken-rollout';

/** How often the play goes on, ms. */
const STEP_MS = 1_000;

/** What lies in memory is told by this much of the past at once, so that the page is served meanwhile, ms. */
const BACKFILL_STEP_MS = 60_000;

const DAY_MS = 86_400_000;

/** How far back there is something to travel to: yesterday's same hour, and what came before it. */
const PAST_MS = DAY_MS + 2 * 3_600_000;

/** How long what happens now had lasted yesterday, before it was taken back, ms. */
const TRIED_MS = 12 * 60_000;

/**
 * Plays a simulated cluster while no real one sends: the past that memory can hold at once, then the present, and
 * in the background a day before, for which it has a history of its own. Its policies are known, and can be changed.
 * With `auto` the first real record ends it and takes its place. Throws ConfigError for an unknown scenario.
 */
export async function startDemo(context: Context, ending: AbortSignal): Promise<{ stop(): void }> {
  const { config, clock, accept, demo, history, hub, journal, store, destinations, log } = context;
  if (config.demo === 'off') return { stop() {} };
  const scenario = config.demo === 'auto' ? FIRST_SCENARIO : config.demo;
  if (!isScenarioName(scenario)) {
    throw new ConfigError('VIBRISSA_DEMO', scenario, `auto, off or one of ${SCENARIO_NAMES.join(', ')}`);
  }
  demo.scenario = scenario;
  const start = clock.now();
  const play = withYesterday(SCENARIOS[scenario], start);
  const past = history.beginPlay();
  const begin = Math.max(store.oldestHeld, start - config.bucketMs * config.buckets);
  let told = begin;
  let timer: NodeJS.Timeout | undefined;
  const known = new PlayPolicies({
    scenario,
    policies: context.policies,
    play,
    rulebookOf,
    edit: editWorld,
    now: () => millis(Math.max(told, clock.now())),
  });
  demo.applier = known;
  const stopping = new AbortController();
  const stopped = AbortSignal.any([stopping.signal, ending]);
  const stop = () => {
    stopping.abort();
    clearInterval(timer);
    demo.scenario = null;
    demo.applier = null;
    known.end();
  };
  const tell = (until: number): FlowRecord[] => {
    const records = play.records(millis(told), millis(until));
    told = until;
    return records;
  };
  accept.onFirstReal(() => {
    if (stopped.aborted) return;
    log.info('a real record came in: the simulated cluster ends');
    stop();
    past.end();
    store.ring.forget();
    destinations.forget();
    hub.reset();
  });
  while (!stopped.aborted && told < start) {
    accept.acceptSimulated(tell(Math.min(start, told + BACKFILL_STEP_MS)), true);
    await new Promise(setImmediate);
  }
  if (!stopped.aborted) {
    timer = setInterval(() => {
      known.tick();
      accept.acceptSimulated(tell(clock.now()), false);
    }, STEP_MS);
    log.info({ scenario }, 'playing a simulated cluster');
    const oldest = start - Math.min(PAST_MS, config.retention);
    const parts = {
      turns: store.turns,
      tell: (from: Millis, to: Millis) => accept.acceptSimulated(play.records(from, to), true),
      handOver: async () => {
        await history.handOver(() => journal.cut());
        await history.flushed();
      },
      obstacle: () => past.obstacle,
    };
    tellPast(parts, { from: oldest, to: begin }, stopped).catch((error: unknown) => {
      log.warn({ err: error }, 'the past of the simulated cluster was not told to its end');
    });
  }
  return { stop };
}

/** The play, and yesterday at the same time the same for a while: it was tried before, and taken back. */
function withYesterday(scenario: Scenario, start: Millis): Play {
  const today = createPlay(scenario, { seed: 1, start });
  const first = scenario.events[0]?.at;
  // What was called yesterday would be nothing new today.
  const isOfNews = scenario.findings.some(({ kind }) => kind === 'new-destination');
  if (first === undefined || isOfNews) return today;
  const yesterday = createPlay(scenario, { seed: 2, start: millis(start - DAY_MS) });
  const from = start - DAY_MS + first;
  const to = from + TRIED_MS;
  return {
    world: (at) => today.world(at),
    change: (at, change) => today.change(at, change),
    records(begin, end) {
      const before = today.records(begin, millis(Math.min(end, from)));
      const tried = yesterday.records(millis(Math.max(begin, from)), millis(Math.min(end, to)));
      const after = today.records(millis(Math.max(begin, to)), end);
      return [...before, ...tried, ...after];
    },
  };
}
