import type { Health } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningServer } from './server.js';
import { LiveView, line, testServer } from './test-server.js';

let server: RunningServer | null = null;

afterEach(() => server?.close());

async function status(url: string): Promise<Health> {
  return (await (await fetch(`${url}/api/v1/status`)).json()) as Health;
}

describe('the simulated cluster', () => {
  it('gives way to the first real record, and browsers start over', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'auto' });
    expect((await status(server.url)).demo).not.toBeNull();
    const view = await LiveView.open(server.url);
    expect(view.rows.size).toBeGreaterThan(20);
    await fetch(`${server.url}/api/v1/flows`, {
      method: 'POST',
      body: line(),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    await view.until(() => view.resets === 2 && view.done && view.rows.size === 1, 'the real flow alone');
    expect((await status(server.url)).demo).toBeNull();
    view.end();
  });

  it('plays the scenario that is named, and refuses one that is not', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'supply-chain' });
    expect((await status(server.url)).demo).toBe('supply-chain');
    await expect(testServer({ VIBRISSA_DEMO: 'nonesuch' })).rejects.toThrow('broken-rollout');
  });

  it('stays off when told so', async () => {
    server = await testServer({ VIBRISSA_DEMO: 'off' });
    expect(await status(server.url)).toMatchObject({ demo: null, flows: 0 });
  });
});
