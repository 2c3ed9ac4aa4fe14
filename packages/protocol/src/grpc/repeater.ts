/** Largest run of one frame that is kept, bytes. */
const MOST_KEPT = 64 * 1024;

/** The same frame many times in one buffer. Keeps the last run made: acknowledgements are all alike. */
export class Repeater {
  #unit: Uint8Array = new Uint8Array(0);
  #run: Uint8Array = new Uint8Array(0);

  /** `frame` `times` times. Neither it nor the result may be written to afterwards. */
  repeat(frame: Uint8Array, times: number): Uint8Array {
    if (times === 1) return frame;
    const length = frame.byteLength * times;
    if (frame === this.#unit && length <= this.#run.byteLength) return this.#run.subarray(0, length);
    const run = Buffer.alloc(
      Math.max(length, frame === this.#unit ? Math.min(2 * length, MOST_KEPT) : length),
    );
    for (let at = 0; at < run.byteLength; at += frame.byteLength) {
      run.set(frame.subarray(0, Math.min(frame.byteLength, run.byteLength - at)), at);
    }
    if (run.byteLength <= MOST_KEPT) {
      this.#unit = frame;
      this.#run = run;
    }
    return run.subarray(0, length);
  }
}
