import { COUNTER_NAMES } from '@vibrissa/model';
import type { HandOverPart } from '../flow-history.js';
import type { Request } from './history-messages.js';
import { toWire } from './wire-part.js';

/** Names that are sent in one message: copying one takes some ten microseconds. */
const NAMES = 400;

/**
 * Sends messages in order, those that are costly to copy one a turn of the event loop, so that a hand-over of many
 * new names does not hold up what else the thread does.
 */
export class Outbox {
  readonly #post: (request: Request) => void;
  readonly #waiting: Request[] = [];
  #scheduled = false;
  #closed = false;

  constructor(post: (request: Request) => void) {
    this.#post = post;
  }

  send(request: Request): void {
    if (this.#closed) return;
    if (this.#waiting.length === 0) this.#post(request);
    else this.#waiting.push(request);
  }

  /** Sends a part, its names first. */
  sendPart(type: 'put' | 'tail', part: HandOverPart | null): void {
    if (this.#closed) return;
    this.#waiting.push(...split(type, part));
    this.#schedule();
  }

  /** Sends no more. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        this.#post(next);
        if (next.type === 'put' || next.type === 'tail') break;
      }
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}

const NO_ROWS: Pick<HandOverPart, 'facts' | 'evidence'> = {
  facts: {
    length: 0,
    key: new Uint32Array(),
    bucket: new Uint32Array(),
    sourceLabels: new Uint32Array(),
    destLabels: new Uint32Array(),
    end: new Float64Array(),
    counters: COUNTER_NAMES.map(() => new Float64Array()),
  },
  evidence: {
    length: 0,
    key: new Uint32Array(),
    kind: new Uint8Array(),
    value: [],
    mentions: new Float64Array(),
  },
};

/** Names go before what uses them, in messages of their own; a name says no more than what it stands for. */
function split(type: 'put' | 'tail', part: HandOverPart | null): Request[] {
  if (part === null) return [{ type: 'tail', part }];
  const { keys, labels } = part;
  if (keys.length + labels.length <= NAMES) return [{ type, part: toWire(part) }];
  const requests: Request[] = [];
  const name = (names: Pick<HandOverPart, 'keys' | 'labels'>) =>
    requests.push({ type: 'put', part: toWire({ ...NO_ROWS, ...names, earlier: [], mark: null }) });
  for (let at = 0; at < keys.length; at += NAMES) name({ keys: keys.slice(at, at + NAMES), labels: [] });
  for (let at = 0; at < labels.length; at += NAMES) name({ keys: [], labels: labels.slice(at, at + NAMES) });
  return [...requests, { type, part: toWire({ ...part, keys: [], labels: [] }) }];
}
