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

/** What becomes of a world; `untouched` is what it would be by the scenario alone. */
export type WorldChange = (world: World, untouched: World) => World;

/** A scenario as records of its node agents. */
export interface Play {
  /**
   * The records whose interval ends in [from, to), oldest first; any window, before the start or after.
   * The same window always gives the same records, and windows that meet neither lose nor repeat one.
   */
  records(from: Millis, to: Millis): FlowRecord[];
  /** The cluster as it is at that moment: the same object for as long as nothing changes. */
  world(at: Millis): World;
  /**
   * Changes the world from `at` on, where the scenario's own events go on; what is over by then stays as it was told.
   * Whatever the change throws is thrown, and nothing is changed then.
   * @throws RangeError before an earlier change, and past ten thousand of them
   */
  change(at: Millis, change: WorldChange): void;
}

/** Each keeps a world, so that there is an end to them. */
const MOST_CHANGES = 10_000;

/** How many eras are kept ready to be told of; the others are made ready again when they are asked about. */
const READY_ERAS = 8;

/** A time in which nothing of the cluster changes. */
interface Era {
  readonly start: number;
  readonly end: number;
  readonly world: World;
  /** By the scenario alone. */
  readonly untouched: World;
}

/** Plays a scenario for ever, from any time before its start. */
export function createPlay(scenario: Scenario, { seed, start, scale = 1 }: PlayOptions): Play {
  let eras = erasOf(scenario, start, (world) => scaleWorld(world, scale));
  const changes: { readonly at: number; readonly change: WorldChange }[] = [];
  const ready = new ReadyEras((world) => streamsOf(world, seed, start));
  return {
    records(from, to) {
      const found: FlowRecord[] = [];
      for (const era of eras) {
        if (era.end < from || era.start >= to) continue;
        for (const stream of ready.of(era)) {
          for (const record of stream.reports(from, to, era)) found.push(record);
        }
      }
      return found.sort((a, b) => a.end - b.end);
    },
    world: (at) => eraAt(eras, at).world,
    change(at, change) {
      if (at < (changes.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) {
        throw new RangeError('A play is changed in the order of time');
      }
      if (changes.length >= MOST_CHANGES) throw new RangeError(`A play takes ${MOST_CHANGES} changes`);
      const { start: began, end, world, untouched } = eraAt(eras, at);
      const after = { start: at, end, world: change(world, untouched), untouched };
      const all = [...changes, { at, change }];
      eras = [
        ...eras.filter((era) => era.end <= at),
        ...(began < at ? [{ start: began, end: at, world, untouched }] : []),
        after,
        // What the scenario does later happens to a world that was changed.
        ...eras
          .filter((era) => era.start > at)
          .map((era) => ({ ...era, world: touched(era.untouched, all) })),
      ];
      changes.push({ at, change });
    },
  };
}

function touched(untouched: World, changes: readonly { readonly change: WorldChange }[]): World {
  return changes.reduce((world, { change }) => change(world, untouched), untouched);
}

/** The last that has begun. */
function eraAt(eras: readonly Era[], at: number): Era {
  const found = eras.findLast((era) => era.start <= at);
  if (found === undefined) throw new RangeError('A play has an era for every time');
  return found;
}

function erasOf(scenario: Scenario, start: number, scaled: (world: World) => World): readonly Era[] {
  const eras: Era[] = [];
  let world = scenario.world;
  let begins = Number.NEGATIVE_INFINITY;
  const end = (at: number) => {
    const untouched = scaled(world);
    eras.push({ start: begins, end: at, world: untouched, untouched });
  };
  for (const event of scenario.events) {
    const at = start + event.at;
    end(at);
    world = event.change(world);
    begins = at;
  }
  end(Number.POSITIVE_INFINITY);
  return eras;
}

/** The streams of the worlds that were asked about last. */
class ReadyEras {
  readonly #ready = new Map<World, readonly Stream[]>();

  constructor(private readonly make: (world: World) => readonly Stream[]) {}

  of({ world }: Era): readonly Stream[] {
    const streams = this.#ready.get(world) ?? this.make(world);
    this.#ready.delete(world);
    this.#ready.set(world, streams);
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= READY_ERAS) break;
      this.#ready.delete(oldest);
    }
    return streams;
  }
}

function streamsOf(world: World, seed: number, start: number): readonly Stream[] {
  const sites = new Sites(world);
  const policies = new PolicySet(world.tiers, world.policies);
  return world.patterns.map((pattern) => new Stream(pattern, sites, policies, seed, start));
}
