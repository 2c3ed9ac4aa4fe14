/// <reference types="node" />
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runVectors, type VectorFile } from './run-vectors.js';

/** `npm run vectors -- <folder or file>…`: checks the policy engine against cases of other projects. */
export function main(paths: readonly string[], print: (line: string) => void): number {
  if (paths.length === 0) {
    print('npm run vectors -- <folder or file>…');
    return 2;
  }
  let files: readonly VectorFile[];
  try {
    files = paths.flatMap(filesIn).map(readVector);
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (files.length === 0) {
    print(`There are no .json files in ${paths.join(', ')}`);
    return 2;
  }
  let failed = 0;
  for (const { name, tally } of runVectors(files)) {
    for (const line of tally.lines(name)) print(line);
    failed += tally.failed;
  }
  return failed === 0 ? 0 : 1;
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
}

function readVector(path: string): VectorFile {
  const text = readFileSync(path, 'utf8');
  try {
    return { name: basename(path), content: JSON.parse(text) };
  } catch (error) {
    throw new Error(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
