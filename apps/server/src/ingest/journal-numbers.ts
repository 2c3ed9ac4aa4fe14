import { type Clock, type Millis, millis } from '@vibrissa/model';
import type { SenderKind } from '@vibrissa/protocol/messages';
import type { Agents, SenderNumber } from './agents.js';
import type { Journal, Replay } from './journal.js';

/** How often it is written down how far each sender has got, if that changed, ms. */
const EVERY_MS = 60_000;

/**
 * Writes down how far each sender has got, so that this outlives the batches it is known from: an agent that was
 * away for days may send again a batch whose receipt never reached it.
 */
export class SenderNumbers {
  readonly #agents: Agents;
  readonly #journal: Journal;
  readonly #clock: Clock;
  #written: Millis | null = null;
  #version = -1;

  constructor(agents: Agents, journal: Journal, clock: Clock) {
    this.#agents = agents;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** To be called about once a second, after what an earlier run left is read back. */
  tick(): void {
    const now = this.#clock.now();
    const { version } = this.#agents;
    if (this.#written !== null && (now - this.#written < EVERY_MS || version === this.#version)) return;
    this.#written = now;
    this.#version = version;
    this.#journal.append({ kind: 'numbers', meta: {}, payload: JSON.stringify(this.#agents.numbers()) });
  }
}

/** Makes known again how far each sender had got. */
export function replayNumbers(agents: Agents): Replay {
  return ({ payload }) => {
    const numbers: unknown = JSON.parse(payload.toString('utf8'));
    if (!Array.isArray(numbers)) return;
    for (const number of numbers) if (isNumber(number)) agents.restore(readNumber(number));
  };
}

function isNumber(value: unknown): value is SenderNumber {
  if (!Array.isArray(value)) return false;
  const [kind, name, stream, ...counts] = value;
  const texts = [kind, name, stream].every((text) => typeof text === 'string');
  return texts && counts.length === 3 && counts.every((count) => Number.isFinite(count));
}

function readNumber([kind, name, stream, sequence, dropped, at]: SenderNumber) {
  return { name, kind: kindOf(kind), stream, sequence, dropped, at: millis(at) };
}

function kindOf(text: string): SenderKind {
  return text === 'http' || text === 'felix' ? text : 'agent';
}
