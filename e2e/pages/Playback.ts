import type { Locator, Page } from '@playwright/test';

/** The bar under the table while a window is played back. */
export class Playback {
  readonly bar: Locator;
  readonly play: Locator;
  readonly halt: Locator;
  readonly playAgain: Locator;
  readonly leave: Locator;
  readonly playhead: Locator;

  constructor(page: Page) {
    this.bar = page.getByRole('region', { name: 'Playback' });
    this.play = this.bar.getByRole('button', { name: 'Play', exact: true });
    this.halt = this.bar.getByRole('button', { name: 'Halt' });
    this.playAgain = this.bar.getByRole('button', { name: 'Play again' });
    this.leave = this.bar.getByRole('button', { name: 'Leave playback' });
    this.playhead = this.bar.getByRole('slider', { name: 'Playhead' });
  }

  /** Of the past so many seconds a second. */
  speed(times: number): Locator {
    return this.bar
      .getByRole('group', { name: 'Speed' })
      .getByRole('button', { name: `${times}×`, exact: true });
  }
}
