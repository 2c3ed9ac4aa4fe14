import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problemText, type ResourceFile, type Resources, readResources } from '@vibrissa/policy';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

const ENDINGS = /\.(ya?ml|json)$/i;

/** The largest file that is read, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads policies and whatever else they depend on from files, folders (all YAML and JSON below them) and `-` for the
 * standard input. What cannot be read is told and left out.
 * @throws UsageError for a path that is not there
 */
export async function readPolicies(paths: readonly string[], terminal: Terminal): Promise<Resources> {
  const files: ResourceFile[] = [];
  for (const path of paths) files.push(...(await filesAt(path, terminal)));
  // Files seldom hold a whole cluster, so what they leave out is not known rather than absent.
  const resources = readResources(files, { partial: true });
  for (const problem of resources.problems) {
    terminal.complain(`${problem.severity}: ${problemText(problem)}\n`);
  }
  return resources;
}

async function filesAt(path: string, terminal: Terminal): Promise<readonly ResourceFile[]> {
  if (path === '-') return [{ name: '(standard input)', text: await textOf(terminal.stdin) }];
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`${path} is not there`);
  if (!found.isDirectory()) {
    if (found.size > MOST_BYTES) throw new UsageError(`${path} is larger than ${MOST_BYTES} bytes`);
    return [{ name: path, text: await readFile(path, 'utf8') }];
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && ENDINGS.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (names.length === 0) throw new UsageError(`there is no .yaml, .yml or .json file below ${path}`);
  return (await Promise.all(names.map((name) => filesAt(name, terminal)))).flat();
}

async function textOf(stream: Terminal['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
