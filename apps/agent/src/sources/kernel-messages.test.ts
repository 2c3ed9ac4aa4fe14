import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { millis } from '@vibrissa/model';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { bootTime, type KernelMessagesOptions, kernelMessages } from './kernel-messages.js';

const BOOTED_AT = millis(1_000_000);

/** A pipe in /dev/kmsg's place: it too gives EAGAIN when it is empty, and what was read is gone. */
async function open(options: Partial<KernelMessagesOptions> = {}) {
  const path = join(await temporaryFolder(), 'kmsg');
  await promisify(execFile)('mkfifo', [path]);
  // Open for reading too, so that it does not end when the reader goes.
  const pipe = await openFile(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => pipe.close());
  const prototype: FileHandle = Object.getPrototypeOf(pipe);
  const reads = vi.spyOn(prototype, 'read');
  onTestFinished(() => reads.mockRestore());
  const taken = () =>
    reads.mock.settledResults.filter(({ type, value }) => type === 'fulfilled' && value.bytesRead > 0).length;
  let overruns = 0;
  const source = kernelMessages({
    path,
    once: false,
    from: millis(0),
    bootedAt: BOOTED_AT,
    pollMs: 1,
    maxLines: 100,
    onOverrun: () => {
      overruns++;
    },
    ...options,
  });
  const lines: string[] = [];
  const run = () => {
    const stop = new AbortController();
    const done = (async () => {
      for await (const piece of source.pieces(stop.signal)) lines.push(...piece.lines);
    })();
    // Whoever waits for it is told of its failure; before that it is no unhandled one.
    done.catch(() => {});
    onTestFinished(async () => {
      stop.abort();
      await done.catch(() => {});
    });
    return { done, stop: () => stop.abort() };
  };
  /** One message at a time, as a read of a pipe would give several at once. */
  const say = async (message: string) => {
    const before = taken();
    await pipe.write(message);
    await until(() => taken() > before);
  };
  /** Has the next read fail as the kernel says it; the one after is real again. */
  const failNextRead = (code: string) =>
    new Promise<void>((resolve) => {
      reads.mockImplementationOnce(async () => {
        resolve();
        throw Object.assign(new Error(`${code}: read`), { code });
      });
    });
  const has = (count: number) => until(() => lines.length === count);
  return { run, say, has, pipe, lines, failNextRead, overruns: () => overruns };
}

const message = (number: number, second: number, text = `packet ${number}`) =>
  `4,${number},${second * 1_000_000},-;${text}`;

describe("the kernel's messages", () => {
  it('come one by one as they are written, until it is stopped', async () => {
    const { run, say, has, lines } = await open();
    const running = run();
    await say(message(1, 1));
    await say(message(2, 1));
    await has(2);
    running.stop();
    await running.done;
    expect(lines).toEqual([message(1, 1), message(2, 1)]);
  });

  it('have their text alone: the properties of a device that follow are left out', async () => {
    const { run, say, has, lines } = await open();
    run();
    await say(`${message(1, 1)}\n SUBSYSTEM=net\n DEVICE=n1\n`);
    await has(1);
    expect(lines).toEqual([message(1, 1)]);
  });

  it('from before the start are left out, as an earlier run told them', async () => {
    const { run, say, has, lines } = await open({ from: millis(BOOTED_AT + 60_000) });
    run();
    await say(message(1, 59));
    await say(message(2, 60));
    await has(1);
    expect(lines).toEqual([message(2, 60)]);
  });

  it('that were overwritten are told as an overrun, and reading goes on behind them', async () => {
    const { run, say, has, lines, failNextRead, overruns } = await open();
    run();
    await say(message(1, 1));
    await failNextRead('EPIPE');
    await say(message(90, 2));
    await has(2);
    expect(overruns()).toBe(1);
    expect(lines).toEqual([message(1, 1), message(90, 2)]);
  });

  it('are not given twice when reading begins again after a failure', async () => {
    const { run, say, has, lines, failNextRead, overruns } = await open();
    const first = run();
    await say(message(7, 1));
    await say(message(8, 1));
    await has(2);
    await failNextRead('EIO');
    await expect(first.done).rejects.toThrow('EIO');
    run();
    // A device that is opened gives all it still has, from the oldest on.
    for (const each of [message(7, 1), message(8, 1), message(9, 2)]) await say(each);
    await has(3);
    expect(lines).toEqual([message(7, 1), message(8, 1), message(9, 2)]);
    expect(overruns()).toBe(0);
  });

  it('are read once up to what there is', async () => {
    const { run, pipe, lines } = await open({ once: true });
    await pipe.write(message(1, 1));
    await run().done;
    expect(lines).toEqual([message(1, 1)]);
  });

  it('cannot be read where there are none, which says what is needed', async () => {
    const { run } = await open({ path: '/nowhere/kmsg' });
    await expect(run().done).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringMatching(/^VIBRISSA_AGENT_PACKET_LOG: \/nowhere\/kmsg: .*; it wants root$/),
    });
  });

  it('count from when the machine started', async () => {
    const now = millis(5_000_000_000_000);
    const booted = await bootTime({ now: () => now });
    expect(booted).toBeLessThan(now);
    expect(Number.isInteger(booted)).toBe(true);
  });
});
