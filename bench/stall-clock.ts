/**
 * Times work on this thread without what other programs took from it: on a busy machine a thread that is not
 * running looks stalled by the wall clock alone, and helpers of the garbage collector look busy by CPU time
 * alone. The lesser of the two is what the thread held up at most.
 */
export class StallClock {
  #wall = 0;
  #cpu = process.cpuUsage();

  /** ms since the call before. */
  lap(): number {
    const wall = performance.now();
    const cpu = process.cpuUsage();
    const cpuMs = (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / 1000;
    const wallMs = wall - this.#wall;
    this.#wall = wall;
    this.#cpu = cpu;
    return Math.min(wallMs, cpuMs);
  }
}
