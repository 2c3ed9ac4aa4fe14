import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FlowGroup } from '@vibrissa/model';
import { isProblem, readRecord } from '@vibrissa/protocol';
import { LineFolder } from './line-folder.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** Lines that could not be read and are told one by one. */
const TOLD = 5;

/**
 * Reads flows from NDJSON files (`.gz` too; `-` is the standard input): an export of Vibrissa, a Calico flow log or
 * `hubble observe -o json`. Gives them as the lines of the page, one for each pair, port and protocol.
 * @throws UsageError for a path that is not there, and where nothing could be read
 */
export async function readLines(paths: readonly string[], terminal: Terminal): Promise<readonly FlowGroup[]> {
  const folder = new LineFolder();
  let [read, unread] = [0, 0];
  for (const path of paths) {
    let number = 0;
    for await (const line of linesOf(await open(path, terminal))) {
      number++;
      if (line.trim() === '') continue;
      const record = readRecord(line);
      if (!isProblem(record)) {
        read++;
        folder.add(record);
      } else if (++unread <= TOLD) {
        terminal.complain(`warning: ${path}:${number} ${record.field} ${record.reason}. ${record.remedy}\n`);
      }
    }
  }
  if (unread > TOLD) terminal.complain(`warning: and ${unread - TOLD} more lines could not be read\n`);
  if (read === 0) throw new UsageError(`no flow could be read from ${paths.join(', ')}`);
  return folder.lines();
}

async function open(path: string, terminal: Terminal): Promise<Readable> {
  if (path === '-') return Readable.from(terminal.stdin);
  const found = await stat(path).catch(() => null);
  if (found === null || found.isDirectory()) throw new UsageError(`${path} is no file`);
  const file = createReadStream(path);
  return path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
}

function linesOf(input: Readable): AsyncIterable<string> {
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}
