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
  const files = paths.flatMap(filesIn).map(readVector);
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
  return { name: basename(path), content: JSON.parse(readFileSync(path, 'utf8')) };
}
