import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { millis } from '@vibrissa/model';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { followEndpoints } from './endpoints-file.js';

const log = pino({ level: 'silent' });

it('follows its file, and remembers who had an address before', async () => {
  const path = join(await temporaryFolder(), 'endpoints.txt');
  await writeFile(path, 'shop/a 10.0.0.1 cali1\nservice shop/s 10.96.0.1 80\n');
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let now = 1_000;
  const book = await followEndpoints(path, { now: () => millis(now) }, log, stop.signal);
  const nameAt = (at: number) => book.find('10.0.0.1', millis(at))?.endpoint.name;
  expect(nameAt(5)).toBe('a');
  expect(book.service('10.96.0.1', 'tcp', 80)?.name).toBe('s');
  now = 2_000;
  await rm(path);
  await writeFile(`${path}.new`, 'shop/b 10.0.0.1 cali2\n');
  await rename(`${path}.new`, path);
  await until(() => nameAt(2_000) === 'b');
  expect(nameAt(1_999)).toBe('a');
  expect(book.service('10.96.0.1', 'tcp', 80)).toBeNull();
});

it('names the setting when there is no such file', async () => {
  const missing = join(await temporaryFolder(), 'none.txt');
  await expect(
    followEndpoints(missing, { now: () => millis(1) }, log, new AbortController().signal),
  ).rejects.toMatchObject({
    code: 'bad-endpoints',
    message: expect.stringMatching(/^VIBRISSA_AGENT_ENDPOINTS=/),
  });
});
