import { setTimeout as sleep } from 'node:timers/promises';
import type { GoldmaneConnection } from './goldmane-connection.js';
import type { GoldmaneUpdates } from './goldmane-updates.js';

/** A connection and its share of the flows; it goes on with the next interval where it left off. */
export class GoldmaneSender {
  readonly #connection: GoldmaneConnection;
  readonly #updates: GoldmaneUpdates;
  #at = 0;
  #pass = 0;
  sent = 0;

  constructor(connection: GoldmaneConnection, updates: GoldmaneUpdates) {
    this.#connection = connection;
    this.#updates = updates;
  }

  /** What the flows sent have moved, bytes, in whole passes. */
  get bytesMoved(): number {
    return this.#pass * this.#updates.bytesPerPass;
  }

  /** Sends the next `most` updates, or what is left of the interval. */
  #send(most: number): void {
    const to = Math.min(this.#updates.count, this.#at + most);
    this.#connection.send(this.#updates.take(this.#pass, this.#at, to));
    this.sent += to - this.#at;
    this.#at = to % this.#updates.count;
    if (this.#at === 0) this.#pass++;
  }

  /** One update after the other, as Felix does, until time is up. */
  async lockStep(until: number): Promise<void> {
    while (performance.now() < until) await this.#roundTrip();
  }

  /** One update every `everyMs`; gives how long each receipt took, ms. */
  async paced(until: number, everyMs: number, delayMs: number): Promise<number[]> {
    const times: number[] = [];
    for (let due = performance.now() + delayMs; due < until; due += everyMs) {
      await sleep(Math.max(0, due - performance.now()));
      const begun = performance.now();
      await this.#roundTrip();
      times.push(performance.now() - begun);
    }
    return times;
  }

  /** Up to `window` updates on their way, in pieces of an eighth of it, until time is up. */
  async pipelined(until: number, window: number): Promise<void> {
    const piece = window / 8;
    while (performance.now() < until) {
      this.#send(piece);
      await this.#connection.until(this.sent - window + piece);
    }
    await this.#connection.until(this.sent);
  }

  /** Sends what is missing of the interval, so that sums are of whole passes. */
  async complete(): Promise<void> {
    do {
      this.#send(128);
      await this.#connection.until(this.sent);
    } while (this.#at !== 0);
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #roundTrip(): Promise<void> {
    this.#send(1);
    await this.#connection.until(this.sent);
  }
}
