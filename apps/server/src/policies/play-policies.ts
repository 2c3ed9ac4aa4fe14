import { type Millis, millis } from '@vibrissa/model';
import { type PolicyEdit, PolicyEditError, type Rulebook } from '@vibrissa/policy';
import { editText } from './edit-texts.js';
import type { KnownPolicies } from './known-policies.js';
import type { PolicyApplier } from './policy-applier.js';

/** A simulated cluster as its policies are known and changed: whose world it is does not matter here. */
export interface PlayParts<World> {
  readonly scenario: string;
  readonly policies: KnownPolicies;
  readonly play: {
    world(at: Millis): World;
    change(at: Millis, change: (world: World, untouched: World) => World): void;
  };
  readonly rulebookOf: (world: World) => Rulebook;
  /** Throws PolicyEditError for an edit that cannot be made. */
  readonly edit: (world: World, edits: readonly PolicyEdit[]) => World;
  /** The moment up to which the play was told, or later. */
  readonly now: () => Millis;
}

/** A play keeps the cluster as it was before each change, so that there is an end to them. */
const MOST_CHANGES = 1_000;

/** Keeps what is known of a play's policies as it goes on, and changes them from the present moment on. */
export class PlayPolicies<World> implements PolicyApplier {
  readonly #parts: PlayParts<World>;
  #told: World | null = null;
  #last = millis(0);
  #applied = 0;
  #changes = 0;

  constructor(parts: PlayParts<World>) {
    this.#parts = parts;
    this.tick();
  }

  get canReset(): boolean {
    return this.#applied > 0;
  }

  /** Tells what changed in the cluster since it was asked last. */
  tick(): void {
    const { policies, play, rulebookOf, scenario } = this.#parts;
    const now = this.#now();
    const world = play.world(now);
    if (world === this.#told) return;
    this.#told = world;
    policies.put({
      kind: 'demo',
      name: scenario,
      state: 'ready',
      detail: null,
      readAt: now,
      problems: [],
      rulebook: rulebookOf(world),
    });
  }

  apply(edits: readonly PolicyEdit[]): readonly string[] {
    const { policies, play, edit } = this.#parts;
    const before = policies.rulebook.policies;
    if (this.#changes >= MOST_CHANGES) {
      throw new PolicyEditError(
        `${MOST_CHANGES} changes were applied already: restart the server to begin anew`,
      );
    }
    play.change(this.#now(), (world) => edit(world, edits));
    this.#changes++;
    this.#applied += edits.length;
    this.tick();
    return edits.map((one) => editText(one, before));
  }

  reset(): readonly string[] {
    if (this.#applied === 0) return [];
    this.#parts.play.change(this.#now(), (_, untouched) => untouched);
    const count = this.#applied;
    this.#applied = 0;
    this.tick();
    return [`${count === 1 ? 'One change was' : `${count} changes were`} taken back`];
  }

  /** The play is over. */
  end(): void {
    this.#parts.policies.drop(this.#parts.scenario);
  }

  /** Changes come in the order of time, whatever the system's clock does. */
  #now(): Millis {
    this.#last = millis(Math.max(this.#last, this.#parts.now()));
    return this.#last;
  }
}
