import { expect, type Locator, type Page } from '@playwright/test';

/** A stretch of time, ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The strip above the table, and the control of time beside it. */
export class Timeline {
  /** The window on the strip, and its two edges. */
  readonly window: Locator;
  readonly start: Locator;
  readonly end: Locator;
  /** The bars, with what they add up to as their name. */
  readonly bars: Locator;
  /** Opens the panel; its text is the window in words. */
  readonly control: Locator;
  readonly panel: Locator;
  /** Where a time can be typed. */
  readonly typed: Locator;
  /** What the typed time is understood as. */
  readonly understood: Locator;

  constructor(readonly page: Page) {
    this.window = page.getByRole('slider', { name: 'Window on the timeline' });
    this.start = page.getByRole('slider', { name: 'Start of the window' });
    this.end = page.getByRole('slider', { name: 'End of the window' });
    this.bars = page.getByRole('img', { name: /^Connections over time/ });
    this.panel = page.getByRole('dialog', { name: 'Window of time' });
    this.control = page.locator('button[aria-controls]').filter({ hasText: /Last |Yesterday|Today/ });
    this.typed = this.panel.getByRole('textbox', { name: 'Type a time' });
    this.understood = this.panel.getByRole('status');
  }

  /** What the strip shows. */
  async span(): Promise<Span> {
    const from = Number(await this.window.getAttribute('aria-valuemin'));
    const to = Number(await this.window.getAttribute('aria-valuemax'));
    return { from, to };
  }

  /** The window as the address has it; not a number while it is live. */
  shown(): Span {
    const query = new URL(this.page.url()).searchParams;
    return { from: Number(query.get('from') ?? Number.NaN), to: Number(query.get('to') ?? Number.NaN) };
  }

  async expectShown(span: Span): Promise<void> {
    await expect.poll(() => this.shown()).toEqual(span);
    await expect(this.start).toHaveAttribute('aria-valuenow', String(span.from));
    await expect(this.end).toHaveAttribute('aria-valuenow', String(span.to));
  }

  /** Waits until the strip shows the window, whatever else. */
  async expectOnStrip({ from, to }: Span): Promise<void> {
    await expect(this.start).toHaveAttribute('aria-valuenow', String(from));
    await expect(this.end).toHaveAttribute('aria-valuenow', String(to));
  }

  /** Presses at one time, moves to another, and lets go once the strip says that it would be `becomes`. */
  async drag(from: number, to: number, becomes: Span): Promise<void> {
    await this.#press(from, to);
    await this.expectOnStrip(becomes);
    await this.page.mouse.up();
    await this.expectShown(becomes);
  }

  /** Moves the strip itself under the pointer, with shift. */
  async pan(from: number, to: number): Promise<void> {
    const before = await this.span();
    await this.page.keyboard.down('Shift');
    await this.#press(from, to);
    await expect.poll(() => this.span()).not.toEqual(before);
    await this.page.mouse.up();
    await this.page.keyboard.up('Shift');
  }

  /** Turns the wheel over a time: away from the reader, so negative, for less of the strip. */
  async wheel(at: number, by: number): Promise<void> {
    const { x, y } = await this.place(at);
    await this.page.mouse.move(x, y);
    await this.page.mouse.wheel(0, by);
  }

  async doubleClick(at: number): Promise<void> {
    const { x, y } = await this.place(at);
    await this.page.mouse.dblclick(x, y);
  }

  /** Where a time is on screen. */
  async place(at: number): Promise<{ readonly x: number; readonly y: number }> {
    const box = await this.window.locator('..').boundingBox();
    const { from, to } = await this.span();
    if (box === null) throw new Error('the timeline is not on screen');
    return { x: box.x + ((at - from) / (to - from)) * box.width, y: box.y + box.height / 2 };
  }

  async #press(from: number, to: number): Promise<void> {
    const begin = await this.place(from);
    const end = await this.place(to);
    await this.page.mouse.move(begin.x, begin.y);
    await this.page.mouse.down();
    await this.page.mouse.move(end.x, end.y, { steps: 4 });
  }
}
