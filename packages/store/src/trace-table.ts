import { NO_TRACE, type PolicyTrace } from '@vibrissa/model';
import { Interner } from './interner.js';
import { traceText } from './name-texts.js';
import type { UseCounts } from './use-counts.js';

/** Traces known by identity at once; each is kept in memory for it. */
const KNOWN_TRACES = 50_000;

/** Policy traces by number; id 0 is the one without hits. */
export class TraceTable {
  readonly #traces = new Interner<PolicyTrace>(NO_TRACE, traceText(NO_TRACE));
  readonly #known = new Map<PolicyTrace, number>();

  /** How many traces are held. */
  get size(): number {
    return this.#traces.size;
  }

  get uses(): UseCounts {
    return this.#traces.uses;
  }

  /** The trace's id. Converters share one object among equal traces, so most are found without reading them. */
  intern(trace: PolicyTrace): number {
    const known = this.#known.get(trace);
    if (known !== undefined) return known;
    const id = this.#traces.intern(traceText(trace), () => trace);
    this.#known.set(trace, id);
    if (this.#known.size > KNOWN_TRACES) this.#known.clear();
    return id;
  }

  get(id: number): PolicyTrace {
    return this.#traces.get(id);
  }

  /** Forgets, among `budget` more traces, those that are not used; true when all have been looked at. */
  sweep(budget: number): boolean {
    // These remember ids by what they stood for, and some will stand for nothing.
    this.#known.clear();
    return this.#traces.sweep(budget);
  }
}
