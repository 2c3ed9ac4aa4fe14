import type { FlowRecord, Millis } from '@vibrissa/model';
import { PolicySet } from '@vibrissa/policy';
import { Sites } from './pods.js';
import { scaleWorld } from './scale.js';
import type { Scenario } from './scenario.js';
import { Stream } from './traffic.js';
import type { World } from './world.js';

export interface PlayOptions {
  readonly seed: number;
  /** The moment the user arrives, ms since epoch; the scenario's events are timed from it. */
  readonly start: Millis;
  /** How many copies of the scenario's own namespaces there are; 1 unless said. */
  readonly scale?: number;
}

/** A scenario as records of its node agents. */
export interface Play {
  /**
   * The records whose interval ends in [from, to), oldest first; any window, before the start or after.
   * The same window always gives the same records, and windows that meet neither lose nor repeat one.
   */
  records(from: Millis, to: Millis): FlowRecord[];
}

/** The time between two events, in which nothing of the cluster changes. */
interface Era {
  readonly start: number;
  readonly end: number;
  readonly streams: readonly Stream[];
}

/** Plays a scenario for ever, from any time before its start. */
export function createPlay(scenario: Scenario, { seed, start, scale = 1 }: PlayOptions): Play {
  const eras = erasOf(scenario, start, (world) => streamsOf(scaleWorld(world, scale), seed, start));
  return {
    records(from, to) {
      const found: FlowRecord[] = [];
      for (const era of eras) {
        for (const stream of era.streams) {
          for (const record of stream.reports(from, to, era)) found.push(record);
        }
      }
      return found.sort((a, b) => a.end - b.end);
    },
  };
}

function erasOf(
  scenario: Scenario,
  start: number,
  stream: (world: World) => readonly Stream[],
): readonly Era[] {
  const eras: Era[] = [];
  let world = scenario.world;
  let begins = Number.NEGATIVE_INFINITY;
  for (const event of scenario.events) {
    const at = start + event.at;
    eras.push({ start: begins, end: at, streams: stream(world) });
    world = event.change(world);
    begins = at;
  }
  eras.push({ start: begins, end: Number.POSITIVE_INFINITY, streams: stream(world) });
  return eras;
}

function streamsOf(world: World, seed: number, start: number): readonly Stream[] {
  const sites = new Sites(world);
  const policies = new PolicySet(world.tiers, world.policies);
  return world.patterns.map((pattern) => new Stream(pattern, sites, policies, seed, start));
}
