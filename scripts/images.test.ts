import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../package.json' with { type: 'json' };
import { capture, inRepo } from './lib/project.mjs';

const FOLDER = 'deploy/docker';
const images = readdirSync(inRepo(FOLDER)).filter((name) => name.endsWith('.Dockerfile'));
const scripts = new Map<string, string>(Object.entries(manifest.scripts));

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

function instructionsOf(image: string): Instruction[] {
  const lines = readFileSync(inRepo(`${FOLDER}/${image}`), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return { name, rest: rest.join(' ') };
    });
}

/** The argument lists of every command an image runs: while it is built, as its program and as its health check. */
function commandsOf(image: string): string[][] {
  return instructionsOf(image)
    .filter(({ name, rest }) => ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(name) && rest !== 'NONE')
    .map(({ rest }) => JSON.parse(rest.slice(rest.indexOf('['))));
}

/** Whether a command is an npm script: by its name, or its very words with arguments after them. */
function isScript(command: readonly string[]): boolean {
  const [npm, run, name = ''] = command;
  if (npm === 'npm') return run === 'ci' || (run === 'run' && scripts.has(name));
  const words = command.join(' ');
  return [...scripts.values()].some((script) => words === script || words.startsWith(`${script} `));
}

describe.each(images)('%s', (image) => {
  const instructions = instructionsOf(image);
  const argumentsOf = (wanted: string) =>
    instructions.filter(({ name }) => name === wanted).map(({ rest }) => rest);

  it('runs nothing that is not an npm script', () => {
    const commands = commandsOf(image);
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((command) => !isScript(command))).toEqual([]);
  });

  it('builds in one stage and runs in another, both on a pinned image', () => {
    const from = argumentsOf('FROM');
    expect(from).toHaveLength(2);
    for (const base of from) expect(base).toMatch(/^node:\d+\.\d+\.\d+-[a-z-]+( AS build)?$/);
  });

  it('runs as a user without rights, by number so that Kubernetes can tell', () => {
    const at = (name: string) => instructions.findLastIndex((instruction) => instruction.name === name);
    expect(argumentsOf('USER')).toEqual(['1000:1000']);
    expect(at('USER')).toBeGreaterThan(at('FROM'));
    expect(at('USER')).toBeLessThan(at('CMD'));
  });

  it('says how its health is seen', () => {
    expect(argumentsOf('HEALTHCHECK')).toHaveLength(1);
  });

  it('copies only what is there', () => {
    const copied = argumentsOf('COPY').flatMap((rest) => /\/app\/(\S+)/.exec(rest)?.[1] ?? []);
    const sources = copied.map((path) => path.replace(/\/dist$/, ''));
    expect(sources.filter((path) => !existsSync(inRepo(path)))).toEqual([]);
  });
});

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Service {
  readonly image: string;
  readonly build: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly cap_drop: readonly string[];
  readonly read_only: boolean;
}

describe('docker-compose.yml', () => {
  const text = readFileSync(inRepo('docker-compose.yml'), 'utf8');
  const compose: Compose = parse(text, { merge: true });
  const services = Object.entries(compose.services);

  it('has the server, an agent and the simulator', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['agent', 'server', 'simulator']);
  });

  it.each(services)('builds %s here, at the version of the project', (name, { image, build }) => {
    expect(image).toBe(`vibrissa/${name}:${manifest.version}`);
    expect(build).toEqual({ context: '.', dockerfile: `${FOLDER}/${name}.Dockerfile` });
    expect(images).toContain(`${name}.Dockerfile`);
  });

  it.each(services)('runs %s by an npm script, with no more rights than it needs', (_name, service) => {
    if (service.command !== undefined) expect(isScript(service.command)).toBe(true);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
  });

  it('opens ports to this machine only', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('names only volumes and services that it declares', () => {
    const volumes = services
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0]);
    expect(new Set(volumes)).toEqual(new Set(Object.keys(compose.volumes)));
    for (const other of services.flatMap(([, service]) => Object.keys(service.depends_on ?? {}))) {
      expect(Object.keys(compose.services)).toContain(other);
    }
  });

  it('never asks for whatever is newest', () => {
    expect(text).not.toContain(':latest');
  });
});

describe('the health check', () => {
  async function check(status: number) {
    const server = createServer((_request, reply) => reply.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const result = await capture(process.execPath, [
      'scripts/healthcheck.mjs',
      `http://127.0.0.1:${port}/healthz`,
    ]);
    await new Promise((resolve) => server.close(resolve));
    return { ...result, port };
  }

  it('succeeds on a healthy answer', async () => {
    expect(await check(200)).toMatchObject({ code: 0, output: '' });
  });

  it('fails on another answer and on none, and says why', async () => {
    const ill = await check(503);
    expect(ill.code).toBe(1);
    expect(ill.output).toContain('it answers 503');
    const gone = await capture(process.execPath, [
      'scripts/healthcheck.mjs',
      `http://127.0.0.1:${ill.port}/healthz`,
    ]);
    expect(gone.code).toBe(1);
    expect(gone.output).toContain('is not healthy');
  });
});
