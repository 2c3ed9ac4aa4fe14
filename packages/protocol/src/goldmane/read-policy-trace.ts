import { NO_TRACE, type PolicyHit, type PolicyTrace } from '@vibrissa/model';
import { isProblem, type RecordProblem } from '../record-problem.js';
import { shareTrace } from '../trace-text.js';
import { KnownBytes } from './known-bytes.js';
import { tooLong } from './name-problem.js';
import { emptyHit, type RawHit, type ReadHit, readRawHit, toHit, within } from './read-policy-hits.js';
import { WireReader } from './wire-reader.js';

const MOST_HITS = 64;

/** Two generations of these: many flows have the same trace. */
const TRACES = 20_000;
const TRACE_BYTES = 16 * 2 ** 20;

/** A PolicyTrace in our form. */
export interface ReadTrace {
  readonly trace: PolicyTrace;
  /** Whether anything about it had to be guessed or left out. */
  readonly repaired: boolean;
}

export const NOTHING_SAID: ReadTrace = { trace: NO_TRACE, repaired: false };

/** Reads policy traces, each of which is found by its bytes when it comes again. */
export class PolicyTraceReader {
  readonly #wire = new WireReader();
  readonly #known = new KnownBytes<ReadTrace>(TRACES, TRACE_BYTES);

  /** Reads a stretch of bytes. Throws WireError. */
  read(bytes: Buffer, from: number, to: number): ReadTrace | RecordProblem {
    const known = this.#known.get(bytes, from, to);
    if (known !== undefined) return known;
    this.#wire.open(bytes, from, to);
    const read = readTrace(this.#wire);
    if (!isProblem(read)) this.#known.set(bytes, from, to, read);
    return read;
  }
}

function readTrace(wire: WireReader): ReadTrace | RecordProblem {
  const enforced: RawHit[] = [];
  const pending: RawHit[] = [];
  while (wire.at < wire.end) {
    const tag = wire.tag();
    if (tag === 10) enforced.push(readOne(wire));
    else if (tag === 18) pending.push(readOne(wire));
    else wire.skip(tag);
  }
  const problem = hitsProblem('enforced_policies', enforced) ?? hitsProblem('pending_policies', pending);
  if (problem !== null) return problem;
  const [enforcedHits, pendingHits] = [enforced.map(toHit), pending.map(toHit)];
  return {
    trace: shareTrace(inOrder(enforcedHits), inOrder(pendingHits)),
    repaired: [...enforcedHits, ...pendingHits].some((hit) => hit.repaired),
  };
}

function readOne(wire: WireReader): RawHit {
  const hit = emptyHit();
  within(wire, hit, (into) => readRawHit(wire, into));
  return hit;
}

/** Felix collects hits in no order, and sorts before it sends; others may not. */
function inOrder(hits: readonly ReadHit[]): PolicyHit[] {
  return hits.map(({ hit }) => hit).sort((a, b) => a.policyIndex - b.policyIndex);
}

function hitsProblem(field: string, hits: readonly RawHit[]): RecordProblem | null {
  const path = `policies.${field}`;
  if (hits.length > MOST_HITS) {
    return {
      field: `Key.${path}`,
      reason: `has more than ${MOST_HITS} hits`,
      remedy: 'Send only the rules that decided.',
    };
  }
  for (const [at, hit] of hits.entries()) {
    const problem =
      policyProblem(`${path}[${at}]`, hit) ??
      (hit.trigger === null ? null : policyProblem(`${path}[${at}].trigger`, hit.trigger));
    if (problem !== null) return problem;
  }
  return null;
}

function policyProblem(path: string, { namespace, name, tier }: RawHit): RecordProblem | null {
  return (
    tooLong(`${path}.namespace`, namespace) ?? tooLong(`${path}.name`, name) ?? tooLong(`${path}.tier`, tier)
  );
}
