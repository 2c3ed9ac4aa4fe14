import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { exitCode } from './child.mjs';
import { inRepo } from './project.mjs';

/** Starts a program that becomes `program`, with its first line of output already read. */
async function becoming(program: string) {
  const script = `
    import { become } from ${JSON.stringify(inRepo('scripts/lib/child.mjs'))};
    become(process.execPath, ['-e', ${JSON.stringify(program)}], { cwd: process.cwd(), env: process.env });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

describe('becoming another program', () => {
  it('keeps its exit code', async () => {
    const child = await becoming("console.log('up'); process.exitCode = 7");
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and waits for the end', async (signal) => {
    const child = await becoming(
      `process.on('${signal}', () => process.exit(5)); setInterval(() => {}, 1000); console.log('up')`,
    );
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([5, null]);
  });

  it('reports a program ended by a signal as a shell does', () => {
    expect(exitCode(null, 'SIGKILL')).toBe(137);
    expect(exitCode(0, null)).toBe(0);
  });
});
