import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';

export interface Downloaded {
  /** The name it is saved under. */
  readonly name: string;
  readonly content: Buffer;
}

/** Clicks what downloads a file, and reads it. */
export async function download(page: Page, link: Locator): Promise<Downloaded> {
  const [saved] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { name: saved.suggestedFilename(), content: await readFile(await saved.path()) };
}
