import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from './chromium.mjs';

describe('finding Chromium', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibrissa-chromium-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes the one that is named', () => {
    const path = join(folder, 'my-browser');
    writeFileSync(path, '');
    expect(findChromium({ CHROMIUM_PATH: path })).toBe(path);
  });

  it('does not fall back when the one that is named is missing', () => {
    writeFileSync(join(folder, 'chromium'), '');
    expect(findChromium({ CHROMIUM_PATH: join(folder, 'none'), PATH: folder })).toBeNull();
  });

  it('looks along the PATH', () => {
    writeFileSync(join(folder, 'google-chrome'), '');
    expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(join(folder, 'google-chrome'));
  });

  it("finds Playwright's own download", () => {
    const path = join(folder, 'chromium-1234/chrome-linux/chrome');
    mkdirSync(join(folder, 'chromium-1234/chrome-linux'), { recursive: true });
    writeFileSync(path, '');
    expect(findChromium({ PATH: '', PLAYWRIGHT_BROWSERS_PATH: folder })).toBe(path);
  });
});
