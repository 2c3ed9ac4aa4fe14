import { GrpcError, GrpcStatus } from './status.js';

/** What all peers together have of messages that are not complete: each may be slow, not all of them large. */
export class UnfinishedBytes {
  #held = 0;

  constructor(readonly most: number) {}

  get held(): number {
    return this.#held;
  }

  change(bytes: number): void {
    this.#held += bytes;
  }

  /** Throws RESOURCE_EXHAUSTED when it is too much, for the call that made it so. */
  check(): void {
    if (this.#held <= this.most) return;
    throw new GrpcError(
      GrpcStatus.resourceExhausted,
      `messages under way here come to more than the limit of ${this.most} bytes: try again later`,
    );
  }
}
