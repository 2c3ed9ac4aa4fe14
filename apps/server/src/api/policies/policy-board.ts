import { type Engine, type Finding, isSamePolicy, lint, type PolicyName } from '@vibrissa/policy';
import type { QueryControl, ReduceQuery } from '@vibrissa/store';
import type { Context } from '../../context.js';
import type { BoardCount } from '../../policies/reductions.js';
import { boardReduction } from '../../policies/reductions.js';
import { knowsWorkloads, type SelectedWorkloads, selectedWorkloads } from './selected-workloads.js';
import { UsageIndex } from './usage-index.js';

/** Steps of the small curve on a card. */
const SPARK_STEPS = 30;

/** How long a count is told to others who ask for the same, ms; longer where it took long. */
const FRESH_MS = 3_000;
const FRESH_TIMES = 5;
const MOST_FRESH_MS = 60_000;

/** How long findings are told though hits go on being counted, ms: looking for them reads every pair of rules. */
const FINDINGS_MS = 30_000;

/** How many windows and filters are remembered. */
const MOST_KEPT = 16;

/** What is known of policies together with what they did in a window. */
export interface Board {
  readonly engine: Engine;
  readonly usage: UsageIndex;
  readonly selected: SelectedWorkloads;
  readonly findings: readonly Finding[];
  readonly version: number;
}

interface Kept {
  readonly count: Promise<BoardCount>;
  /** Null while it is counted. */
  freshUntil: number | null;
}

interface Found {
  readonly at: number;
  readonly version: number;
  readonly findings: readonly Finding[];
}

type Parts = Pick<Context, 'clock' | 'flows' | 'policies'>;

/** Reads boards; many pages ask for the same one every few seconds, and it is counted once for them. */
export class PolicyBoards {
  readonly #parts: Parts;
  readonly #kept = new Map<string, Kept>();
  readonly #boards = new WeakMap<BoardCount, Board>();
  readonly #found = new Map<string, Found>();
  readonly #selected = new WeakMap<Engine, SelectedWorkloads>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `asked` tells apart what was asked for: the same words mean the same window a moment later. */
  async read(asked: string, query: ReduceQuery, control: QueryControl): Promise<Board> {
    const { policies } = this.#parts;
    const count = await this.#count(asked, query, control);
    const known = this.#boards.get(count);
    if (known?.version === policies.version) return known;
    const { engine, version } = policies;
    const board = {
      engine,
      version,
      usage: new UsageIndex(count.usage),
      selected: this.#select(engine, count),
      findings: this.#find(asked, count),
    };
    this.#boards.set(count, board);
    return board;
  }

  /** Who is selected does not hang on a window where workloads are known by themselves. */
  #select(engine: Engine, { workloads }: BoardCount): SelectedWorkloads {
    if (!knowsWorkloads(engine)) return selectedWorkloads(engine, workloads);
    const known = this.#selected.get(engine);
    if (known !== undefined) return known;
    const selected = selectedWorkloads(engine, workloads);
    this.#selected.set(engine, selected);
    return selected;
  }

  #find(asked: string, { usage }: BoardCount): readonly Finding[] {
    const { clock, policies } = this.#parts;
    const { rulebook, version } = policies;
    const known = this.#found.get(asked);
    if (known?.version === version && clock.now() - known.at < FINDINGS_MS) return known.findings;
    const findings = lint(rulebook, usage);
    this.#found.delete(asked);
    this.#found.set(asked, { at: clock.now(), version, findings });
    forgetOldest(this.#found);
    return findings;
  }

  async #count(asked: string, query: ReduceQuery, control: QueryControl): Promise<BoardCount> {
    const { clock, flows, policies } = this.#parts;
    const workloads = !knowsWorkloads(policies.engine);
    const id = JSON.stringify([asked, workloads]);
    for (let kept = this.#kept.get(id); kept !== undefined; kept = this.#kept.get(id)) {
      const isFresh = kept.freshUntil === null || clock.now() < kept.freshUntil;
      if (!isFresh) break;
      try {
        return await kept.count;
      } catch {
        // Whoever began it has gone, or it failed: it is begun anew, by one of those who waited.
        control.signal?.throwIfAborted();
        if (this.#kept.get(id) === kept) break;
      }
    }
    const begun = clock.now();
    const count = flows.reduce({ ...query, spark: SPARK_STEPS }, boardReduction({ workloads }), control);
    const kept: Kept = { count, freshUntil: null };
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    forgetOldest(this.#kept);
    try {
      const done = await count;
      const took = clock.now() - begun;
      kept.freshUntil = clock.now() + Math.min(MOST_FRESH_MS, Math.max(FRESH_MS, took * FRESH_TIMES));
      return done;
    } catch (error) {
      if (this.#kept.get(id) === kept) this.#kept.delete(id);
      throw error;
    }
  }
}

export function findingsOf(board: Board, policy: PolicyName): readonly Finding[] {
  return board.findings.filter((finding) => isSamePolicy(finding.policy, policy));
}

function forgetOldest(kept: Map<string, unknown>): void {
  for (const [oldest] of kept) {
    if (kept.size <= MOST_KEPT) return;
    kept.delete(oldest);
  }
}
