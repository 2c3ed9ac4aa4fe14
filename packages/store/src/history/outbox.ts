import type { HandOverPart } from '../flow-history.js';
import type { Request } from './history-messages.js';

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
    if (request.type === 'put' || request.type === 'tail')
      this.#waiting.push(...split(request.type, request.part));
    else if (this.#waiting.length > 0) this.#waiting.push(request);
    else this.#post(request);
    if (this.#waiting.length > 0) this.#schedule();
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

const NO_FACTS = {
  facts: {
    length: 0,
    key: new Uint32Array(),
    bucket: new Uint32Array(),
    sourceLabels: new Uint32Array(),
    destLabels: new Uint32Array(),
    end: new Float64Array(),
    counters: Array.from({ length: 7 }, () => new Float64Array()),
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
  if (part === null || part.keys.length + part.labels.length <= NAMES) return [{ type, part }];
  const requests: Request[] = [];
  const names = (keys: HandOverPart['keys'], labels: HandOverPart['labels']): Request => ({
    type: 'put',
    part: { ...NO_FACTS, keys, labels, earlier: [], mark: null },
  });
  for (let at = 0; at < part.keys.length; at += NAMES)
    requests.push(names(part.keys.slice(at, at + NAMES), []));
  for (let at = 0; at < part.labels.length; at += NAMES)
    requests.push(names([], part.labels.slice(at, at + NAMES)));
  return [...requests, { type, part: { ...part, keys: [], labels: [] } }];
}
