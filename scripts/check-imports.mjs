/** Fails when an import runs against the layout: see lib/import-rules.mjs for the arrows. */
import { readdirSync, readFileSync } from 'node:fs';
import { offences } from './lib/import-rules.mjs';
import { inRepo } from './lib/project.mjs';
import { readSource } from './lib/read-source.mjs';

const FOLDERS = ['packages', 'apps', 'e2e', 'bench'];
const LEFT_OUT = /(^|\/)(node_modules|dist|\.cache|gen)(\/|$)|\.d\.ts$/;

const files = FOLDERS.flatMap((folder) => sourcesUnder(folder)).map((path) => ({
  path,
  source: readSource(path, readFileSync(inRepo(path), 'utf8')),
}));
const found = offences(files);
for (const offence of found) console.error(offence);
if (found.length > 0) {
  console.error(`${found.length} import rules broken in ${files.length} files`);
  process.exitCode = 1;
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesUnder(folder) {
  return readdirSync(inRepo(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (LEFT_OUT.test(path)) return [];
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
