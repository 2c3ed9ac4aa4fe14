import { spawn } from 'node:child_process';

/** A command of the lab that went wrong; the message has the command and what it said. */
export class LabError extends Error {
  /**
   * @param {'command-failed' | 'timeout' | 'pod-failed' | 'bad-reply'} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'LabError';
    this.code = code;
  }
}

/**
 * Runs a command to its end and gives what it printed. Throws LabError `command-failed` with what it said.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [input]
 * @returns {Promise<string>}
 */
export function run(command, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new LabError('command-failed', `${[command, ...args].join(' ')}: ${said.trim() || code}`));
    });
    // A command that ends without reading its input is told by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/**
 * Waits until `look` gives something else than null. Throws LabError `timeout` that says what was waited for.
 * @template T
 * @param {string} what
 * @param {number} withinMs
 * @param {() => Promise<T | null> | T | null} look
 * @returns {Promise<T>}
 */
export async function until(what, withinMs, look) {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > end) {
      throw new LabError('timeout', `waited ${withinMs / 1000} s in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
