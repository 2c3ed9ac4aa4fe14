import type { Page } from '@playwright/test';

/** What a reader could want and that lies beyond the right edge of the screen, where no box scrolls to it. */
export async function beyondScreen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found = document.documentElement.scrollWidth > width ? ['the page is wider than the screen'] : [];
    for (const element of document.querySelectorAll('a, button, input, select, summary, h1, h2, h3')) {
      const { right, width: own } = element.getBoundingClientRect();
      if (own <= 1 || right <= width + 1) continue;
      let box = element.parentElement;
      while (box !== null && !/auto|scroll/.test(getComputedStyle(box).overflowX)) box = box.parentElement;
      if (box !== null && box.getBoundingClientRect().right <= width + 1) continue;
      found.push(`${element.tagName.toLowerCase()} ${element.textContent?.trim().slice(0, 40)}`);
    }
    return found;
  });
}
