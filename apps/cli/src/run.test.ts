import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, POLICIES, Workplace } from './test-terminal.js';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

describe('vibrissa', () => {
  it('says what it can do', async () => {
    const { code, printed } = await place.run([]);
    expect(code).toBe(0);
    for (const name of ['eval', 'what-if', 'recommend', 'lint']) expect(printed).toContain(`policy ${name}`);
    expect((await place.run(['policy', 'lint', '--help'])).printed).toMatch(/^vibrissa policy lint/);
  });

  it.each([
    [['flows'], 'there is no "flows"'],
    [['policy', 'why'], 'it has eval, what-if, recommend, lint'],
    [['policy', 'lint'], '--policies is missing'],
    [['policy', 'lint', '-p', 'nowhere.yaml'], 'nowhere.yaml is not there'],
    [['policy', 'lint', '--loud'], "Unknown option '--loud'"],
    [['policy', 'eval', '-p', '-'], 'give either --flows, or --from and --to'],
    [['policy', 'eval', '-p', '-', '--from', 'a/b', '--to', 'c/d', '--port', 'x'], '--port is a number'],
  ])('%j: says what is wrong and ends with 2', async (args, words) => {
    const { code, printed, complained } = await place.run(args);
    expect(complained).toContain(words);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
  });
});

describe('vibrissa policy eval', () => {
  it('says of a named connection what policies do with it, and how that comes', async () => {
    const policies = place.file('db.yaml', POLICIES);
    const ask = (role: string) =>
      place.run([
        ...['policy', 'eval', '-p', policies, '--from', `shop/${role}`, '--to', 'shop/db', '--port', '6379'],
        ...['--from-labels', `role=${role}`, '--to-labels', 'role=db'],
      ]);
    const denied = await ask('helper');
    expect(denied.code).toBe(1);
    expect(denied.printed).toMatch(/^Denied at db on ingress: isolated by NetworkPolicy db;/);
    expect(denied.printed).toContain('Arriving at db: deny');
    const allowed = await ask('frontend');
    expect(allowed.code).toBe(0);
    expect(allowed.printed).toMatch(/^Allowed at frontend on egress .* and at db on ingress by rule 1 of /);
    expect(allowed.printed).toMatch(/✓ rule 1 allows TCP 6379 from frontend|✓ rule 1 allows TCP 6379/);
  });

  it('compares what was observed with what policies say, the denied first', async () => {
    const policies = place.file('db.yaml', POLICIES);
    const flows = place.file('flows.ndjson', [call('frontend', 'allow'), call('helper', 'deny')].join('\n'));
    const { printed } = await place.run(['policy', 'eval', '-p', policies, '-f', flows]);
    const rows = printed.split('\n');
    expect(rows[1]).toMatch(/^shop\/helper +shop\/db +tcp\/6379 +deny +deny +Denied at db on ingress/);
    expect(rows[2]).toMatch(/^shop\/frontend +shop\/db +tcp\/6379 +allow +allow/);
    expect(rows[3]).toMatch(/^2 connections; of 0/);
  });

  it('lists only what differs, as JSON for machines; reads packed files', async () => {
    const policies = place.file('db.yaml', POLICIES);
    const packed = join(place.folder, 'flows.ndjson.gz');
    writeFileSync(packed, gzipSync([call('frontend', 'allow'), call('helper', 'allow')].join('\n')));
    const args = ['policy', 'eval', '-p', policies, '-f', packed, '--differing', '--json'];
    const { printed } = await place.run(args);
    const answers = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ source: { name: 'helper-*' }, observed: 'allow', evaluated: 'deny' });
  });
});

describe('vibrissa policy what-if', () => {
  const args = (policies: string, flows: string) => ['policy', 'what-if', '-p', policies, '-f', flows];

  it('says whom a removed policy had held off, and ends with 1 when that was to be checked', async () => {
    const policies = place.file('db.yaml', POLICIES);
    const flows = place.file('flows.ndjson', [call('frontend', 'allow'), call('helper', 'deny')].join('\n'));
    const ask = [...args(policies, flows), '--remove', 'NetworkPolicy/shop/db'];
    const { code, printed } = await place.run(ask);
    expect(code).toBe(0);
    expect(printed).toContain('2 observed connections: 0 newly denied, 1 newly allowed, 0 uncertain.');
    expect(printed).toMatch(/shop\/helper +shop\/db +tcp\/6379 +deny → allow +3/);
    expect((await place.run([...ask, '--fail-on', 'newly-allowed'])).code).toBe(1);
    expect((await place.run([...ask, '--fail-on', 'newly-denied'])).code).toBe(0);
  });

  it('reads the change from the standard input', async () => {
    const policies = place.file('db.yaml', POLICIES);
    const flows = place.file('flows.ndjson', call('frontend', 'allow'));
    const changed = POLICIES.replace('role: frontend', 'role: backend');
    const { printed } = await place.run([...args(policies, flows), '-c', '-', '--json'], changed);
    expect(JSON.parse(printed)).toMatchObject({
      lines: 1,
      totals: { 'newly-denied': { lines: 1, connections: 3 } },
    });
  });

  it('refuses a change that it cannot read, or that cannot be made', async () => {
    const policies = place.file('db.yaml', POLICIES);
    const flows = place.file('flows.ndjson', call('frontend', 'allow'));
    const broken = POLICIES.replace('port: 6379', 'port: 99999999');
    const unread = await place.run([...args(policies, flows), '-c', '-'], broken);
    expect(unread.code).toBe(2);
    expect(unread.complained).toMatch(/\(standard input\):8 .*spec\.ingress\[0\]\.ports\[0\]\.port/);
    const gone = await place.run([...args(policies, flows), '--remove', 'NetworkPolicy/shop/dbx']);
    expect(gone.complained).toContain('there is no NetworkPolicy shop/dbx');
    const none = await place.run(args(policies, flows));
    expect(none.complained).toContain('nothing is changed');
    const kind = await place.run([...args(policies, flows), '--remove', 'Policy/shop/db']);
    expect(kind.complained).toContain('NetworkPolicy, CalicoNetworkPolicy');
  });
});

describe('vibrissa policy recommend', () => {
  it('writes a policy that allows what was allowed, and says what it leaves out', async () => {
    const flows = place.file('flows.ndjson', [call('frontend', 'allow'), call('helper', 'deny')].join('\n'));
    const ask = [
      'policy',
      'recommend',
      '-f',
      flows,
      '-n',
      'shop',
      '-w',
      'db',
      '--dialect',
      'kubernetes',
      '--enforced',
    ];
    const { code, printed, complained } = await place.run(ask);
    expect(code).toBe(0);
    expect(printed).toContain('kind: NetworkPolicy');
    expect(complained).toContain('shop/db: not covered: shop/helper → shop/db tcp/6379');
    const policies = place.file('learned.yaml', printed);
    const checked = await place.run(['policy', 'eval', '-p', policies, '-f', flows, '--json']);
    const verdicts = checked.printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(verdicts.map(({ source, evaluated }) => [source.name, evaluated])).toEqual([
      ['helper-*', 'deny'],
      ['frontend-*', 'allow'],
    ]);
  });

  it('says when nothing was observed, and what of a file could not be read', async () => {
    const flows = place.file(
      'flows.ndjson',
      [call('frontend', 'allow'), '{"start":1}', 'garbage'].join('\n'),
    );
    const { code, printed, complained } = await place.run([
      'policy',
      'recommend',
      '-f',
      flows,
      '-n',
      'other',
    ]);
    expect({ code, printed }).toEqual({ code: 1, printed: '' });
    expect(complained).toContain('nothing was observed of any workload in other');
    expect(complained).toContain('flows.ndjson:2');
    expect(complained).toContain('flows.ndjson:3 (line) is not JSON');
    const empty = await place.run(['policy', 'recommend', '-f', place.file('none', ''), '-n', 'shop']);
    expect(empty).toMatchObject({ code: 2, complained: expect.stringContaining('no flow could be read') });
  });
});

describe('vibrissa policy lint', () => {
  const OPEN = POLICIES.replace(/ {2}ingress:[\s\S]*$/, '  ingress: [{}]\n');

  it('finds fault, with a remedy, and fails from the severity that was asked for', async () => {
    place.file('db.yaml', OPEN);
    const { code, printed } = await place.run(['policy', 'lint', '-p', place.folder]);
    expect(code).toBe(0);
    expect(printed).toMatch(/NetworkPolicy shop\/db ingress\[0\]: .*\(allow-all\)/);
    expect((await place.run(['policy', 'lint', '-p', place.folder, '--fail-on', 'hint'])).code).toBe(1);
  });

  it('says so when there is nothing, and tells an unreadable document apart from a finding', async () => {
    const good = await place.run(['policy', 'lint', '-p', place.file('db.yaml', POLICIES)]);
    expect(good).toMatchObject({ code: 0, printed: 'Nothing to find fault with in 1 policies.\n' });
    const text = `${POLICIES}---\nkind: NetworkPolicy\n`;
    const bad = await place.run(['policy', 'lint', '-p', place.file('bad.yaml', text)]);
    expect(bad.code).toBe(2);
    expect(bad.complained).toMatch(/bad\.yaml.*document 2/);
  });
});
