import { existsSync, readFileSync } from 'node:fs';
import { FIELDS, parseFilter } from '@vibrissa/model';
import { isProblem, readRecord } from '@vibrissa/protocol';
import { SCENARIO_NAMES } from '@vibrissa/simulator';
import { describe, expect, it } from 'vitest';
import { helpText as agentHelp } from '../apps/agent/src/config.js';
import { helpText as serverHelp } from '../apps/server/src/config.js';
import manifest from '../package.json' with { type: 'json' };
import { inRepo } from './lib/project.mjs';

/** Without the spaces that line up its tables. */
const readme = readFileSync(inRepo('README.md'), 'utf8').replaceAll(/ +\|/g, ' |');

function all(pattern: RegExp, text = readme): string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) => (found === undefined ? [] : [found]));
}

describe('README.md', () => {
  it('lists the settings of server and agent as --help does', () => {
    const known = all(/(VIBRISSA_[A-Z_]+)/g, serverHelp() + agentHelp());
    expect(known.length).toBeGreaterThan(20);
    expect(new Set(all(/`(VIBRISSA_[A-Z_]+)` \|/g))).toEqual(new Set(known));
    for (const [, variable, help, fallback = ''] of serverHelp().matchAll(
      /^ +(VIBRISSA_\w+) +(.*) \[(.*)\]$/gm,
    )) {
      expect(readme).toContain(
        `| \`${variable}\` |${fallback === 'none' ? '' : ` \`${fallback}\``} | ${help} |`,
      );
    }
  });

  it('lists the fields of the filter language, with which of them have two ends', () => {
    const names = new Set(FIELDS.map(({ name }) => name));
    const rows = FIELDS.filter(({ name }) => !/^(source|dest)\./.test(name)).map(
      ({ name, help }) => `| \`${name}\`${names.has(`source.${name}`) ? ' ·' : ''} | ${help} |`,
    );
    for (const row of rows) expect(readme).toContain(row);
  });

  it('shows filters that parse', () => {
    const section = readme.slice(readme.indexOf('## Filter it'));
    const examples = (all(/^```\n([^`]+)```/gm, section)[0] ?? '').trimEnd().split('\n');
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) expect(() => parseFilter(example.split(/ {3,}/)[0] ?? '')).not.toThrow();
  });

  it('shows a record that is accepted', () => {
    const [line = ''] = all(/^(\{"start".*\})$/gm);
    const record = readRecord(line.replace('$((now - 15000))', '1000').replace('$now', '16000'));
    expect(isProblem(record) && record).toBe(false);
  });

  it('names every scenario', () => {
    expect(all(/`npm run demo -- ([\w-]+)`/g).sort()).toEqual([...SCENARIO_NAMES].sort());
  });

  it('names only npm scripts that exist', () => {
    const scripts = all(/npm run ([\w:-]+)/g);
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  it('maps folders and files that exist', () => {
    const paths = all(/^((?:packages|apps)\/[\w-]+|e2e|bench|scripts|deploy) {2,}/gm);
    const files = all(/`((?:packages|apps|scripts)\/[\w/.-]+)`/g);
    const pictures = all(/!\[[^\]]*\]\(([^)]+)\)/g);
    expect(paths.length).toBeGreaterThan(9);
    expect([...paths, ...files, ...pictures].filter((path) => !existsSync(inRepo(path)))).toEqual([]);
  });
});
