import { type FlowRecord, millis } from '@vibrissa/model';
import { createPlay, isScenarioName, SCENARIO_NAMES, SCENARIOS } from '@vibrissa/simulator';
import { ConfigError } from './config.js';
import type { Context } from './context.js';

/** The scenario that plays when none is named: there is something to find in it. */
const FIRST_SCENARIO = 'broken-rollout';

/** How often the play goes on, ms. */
const STEP_MS = 1_000;

/** Past records are taken in by this much of the past at once, so that the page is served meanwhile, ms. */
const BACKFILL_STEP_MS = 60_000;

/**
 * Plays a simulated cluster while no real one sends: the past the store can hold at once, then the present.
 * With `auto` the first real record ends it and takes its place. Throws ConfigError for an unknown scenario.
 */
export async function startDemo(context: Context, ending: AbortSignal): Promise<{ stop(): void }> {
  const { config, clock, accept, demo, hub, store, destinations, log } = context;
  if (config.demo === 'off') return { stop() {} };
  const scenario = config.demo === 'auto' ? FIRST_SCENARIO : config.demo;
  if (!isScenarioName(scenario)) {
    throw new ConfigError('VIBRISSA_DEMO', scenario, `auto, off or one of ${SCENARIO_NAMES.join(', ')}`);
  }
  demo.scenario = scenario;
  const start = clock.now();
  const play = createPlay(SCENARIOS[scenario], { seed: 1, start });
  let told = Math.max(store.oldestHeld, start - config.bucketMs * config.buckets);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearInterval(timer);
    demo.scenario = null;
  };
  const tell = (until: number): FlowRecord[] => {
    const records = play.records(millis(told), millis(until));
    told = until;
    return records;
  };
  accept.onFirstReal(() => {
    if (stopped) return;
    log.info('a real record came in: the simulated cluster ends');
    stop();
    store.ring.forget();
    destinations.forget();
    hub.reset();
  });
  while (!stopped && !ending.aborted && told < start) {
    accept.acceptSimulated(tell(Math.min(start, told + BACKFILL_STEP_MS)), true);
    await new Promise(setImmediate);
  }
  if (!stopped) timer = setInterval(() => accept.acceptSimulated(tell(clock.now()), false), STEP_MS);
  log.info({ scenario }, 'playing a simulated cluster');
  return { stop };
}
