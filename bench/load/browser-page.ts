import { gzipSync } from 'node:zlib';
import { type Browser, type CDPSession, chromium, type Page, type Response } from 'playwright-core';
import { watchPage } from './watch-page.js';

/** No graphics card, and nobody to talk to but the page. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

/** What a page did since it was last asked. */
export interface PageDiary {
  /** Times between one painted frame and the next, ms. */
  readonly frames: readonly number[];
  /** Tasks of the main thread that took over 50 ms, ms. */
  readonly longTasks: readonly number[];
  /** From the end of a record's interval to its row in the page's hands, ms. */
  readonly latencies: readonly number[];
  /** Row updates received live. */
  readonly rows: number;
}

declare global {
  interface Window {
    takeDiary(): PageDiary;
    heldRows(): number;
    stopReading(): void;
  }
}

/** The page in a headless Chromium. */
export class BrowserPage {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #cdp: CDPSession;
  readonly #scripts: Response[] = [];

  private constructor(browser: Browser, page: Page, cdp: CDPSession) {
    this.#browser = browser;
    this.#page = page;
    this.#cdp = cdp;
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') this.#scripts.push(response);
    });
  }

  /** Opens an address in the Chromium at a path. */
  static async open(executablePath: string, url: string): Promise<BrowserPage> {
    const browser = await chromium.launch({ executablePath, args: ARGS });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(watchPage);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const opened = new BrowserPage(browser, page, cdp);
    await page.goto(url, { waitUntil: 'load' });
    return opened;
  }

  /** Waits until the page has been sent so many rows. */
  async holds(rows: number, milliseconds: number): Promise<void> {
    await this.#page.waitForFunction((least) => window.heldRows() >= least, rows, { timeout: milliseconds });
  }

  /** From now on rows are not noted, only frames and tasks: reading them is work on the page's thread. */
  stopReading(): Promise<void> {
    return this.#page.evaluate(() => window.stopReading());
  }

  takeDiary(): Promise<PageDiary> {
    return this.#page.evaluate(() => window.takeDiary());
  }

  /** Seconds that the page's main thread has been at work. */
  async busySeconds(): Promise<number> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  }

  /** How many lines of the table are on screen: a blank page is fast, and shows nothing. */
  visibleRows(): Promise<number> {
    return this.#page.evaluate(
      () =>
        [...document.querySelectorAll('[role="row"]')].filter((row) => {
          const { top, bottom, height } = row.getBoundingClientRect();
          return height > 0 && bottom > 0 && top < innerHeight && /\S/.test(row.textContent ?? '');
        }).length,
    );
  }

  /** Bytes of script loaded so far, each file as gzip has it. */
  async scriptBytes(): Promise<number> {
    const bodies = await Promise.all(this.#scripts.map((response) => response.body()));
    return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  }

  async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path });
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
