import type { FlowGroup } from '@vibrissa/model';
import { EMPTY_RULEBOOK, type PolicyEdit, type Rulebook, type WhatIfAnswer, whatIf } from '@vibrissa/policy';
import type { PolicyChange } from '@vibrissa/protocol/messages';
import type { KnownNames } from './known-names.js';
import { knownNames } from './known-names.js';
import type { TrialReading } from './trial-messages.js';
import { readTrial } from './trial-reading.js';

/** Lines tried in one go; between two the worker hears whether another change was typed meanwhile. */
const SLICE = 5_000;
/** Changes listed; all are counted. */
const MOST_LISTED = 500;

export interface Tried {
  readonly answer: WhatIfAnswer;
  readonly tookMs: number;
}

/** Where changes are tried on lines: what is known, what is held, and the change that was typed last. */
export class TrialBench {
  #rulebook: Rulebook | null = null;
  /** Null until any were read. */
  #lines: FlowGroup[] | null = null;
  #edits: readonly PolicyEdit[] = [];
  #turn = 0;

  constructor(
    private readonly clock: { now(): number },
    /** Lets messages in. */
    private readonly breathe: () => Promise<void>,
  ) {}

  get lines(): number {
    return this.#lines?.length ?? 0;
  }

  know(rulebook: Rulebook): KnownNames {
    this.#rulebook = rulebook;
    return knownNames(rulebook);
  }

  forgetLines(): void {
    this.#lines = null;
  }

  hold(lines: readonly FlowGroup[]): void {
    this.#lines ??= [];
    for (const line of lines) this.#lines.push(line);
  }

  /** Reads a change; it is the one that is tried from now on. */
  read(change: PolicyChange, base: string | null): TrialReading {
    const { edits, ...reading } = readTrial(change, base, this.#rulebook ?? EMPTY_RULEBOOK);
    this.#edits = edits;
    // Whether something is new cannot be told before it is known what there is.
    return this.#rulebook === null ? { ...reading, does: [], refusal: null } : reading;
  }

  /** Tries the change on all that is held; null where another try took its place, or there is nothing to try. */
  async try(): Promise<Tried | null> {
    this.#turn += 1;
    const turn = this.#turn;
    const rulebook = this.#rulebook;
    const lines = this.#lines;
    // Before the policies are known every change would seem to change everything, and before lines are read nothing.
    if (rulebook === null || lines === null || this.#edits.length === 0) return null;
    const began = this.clock.now();
    const reducer = whatIf({ rulebook, edits: this.#edits, most: MOST_LISTED });
    for (let at = 0; at < lines.length; at += SLICE) {
      if (at > 0) await this.breathe();
      if (turn !== this.#turn) return null;
      reducer.add(lines.slice(at, at + SLICE));
    }
    return { answer: reducer.result(), tookMs: this.clock.now() - began };
  }
}
