import { hash } from 'node:crypto';

/** Events remembered in each of two generations: more than the rings of a hundred nodes hold. */
const MOST_EVENTS = 300_000;

/** Digits of a uuid's last part. */
const NODE_DIGITS = 12;

/**
 * The events taken in lately, so that those told again after a break count once. 48 random bits stand for an
 * event: of a billion events less than one in a hundred such sets is mistaken for another.
 */
export class SeenEvents {
  #young = new Set<number>();
  #old = new Set<number>();

  /** True the first time an event is named: by its uuid, or by its bytes where it has none, as in older versions. */
  isNew(uuid: string, message: Uint8Array): boolean {
    const id = idOf(uuid, message);
    if (this.#young.has(id) || this.#old.has(id)) return false;
    if (this.#young.size >= MOST_EVENTS) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return true;
  }
}

function idOf(uuid: string, message: Uint8Array): number {
  if (uuid.length === 36) {
    const id = Number.parseInt(uuid.slice(-NODE_DIGITS), 16);
    if (id > 0) return id;
  }
  return Number.parseInt(hash('sha1', message, 'hex').slice(0, NODE_DIGITS), 16);
}
