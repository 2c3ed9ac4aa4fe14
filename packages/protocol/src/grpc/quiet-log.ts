/** How often one event is told between two ticks. */
const MOST = 5;

/** Passes events on, but not in floods: what a hostile peer can cause at will is told a few times, then counted. */
export class QuietLog<Event extends string> {
  readonly #told = new Map<Event, number>();

  constructor(readonly log: (event: Event, detail: Readonly<Record<string, unknown>>) => void) {}

  say(event: Event, detail: Readonly<Record<string, unknown>>): void {
    const told = (this.#told.get(event) ?? 0) + 1;
    this.#told.set(event, told);
    if (told <= MOST) this.log(event, detail);
  }

  /** Begins anew, once it has told how much was left out. */
  tick(): void {
    for (const [event, told] of this.#told) {
      if (told > MOST) this.log(event, { more: told - MOST });
    }
    this.#told.clear();
  }
}
