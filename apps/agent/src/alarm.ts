/** Lets one wait for a time, or until somebody has a reason not to. */
export class Alarm {
  #isRung = false;
  #wake: () => void = () => {};

  /** Resolves after `ms`, or at once when it was rung since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isRung = false;
  }

  readonly ring = (): void => {
    this.#isRung = true;
    this.#wake();
  };
}
