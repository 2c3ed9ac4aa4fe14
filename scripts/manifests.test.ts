import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readConfig as readAgentConfig } from '../apps/agent/src/config.js';
import { readConfig as readServerConfig } from '../apps/server/src/config.js';
import manifest from '../package.json' with { type: 'json' };
import { inRepo } from './lib/project.mjs';

const FOLDER = 'deploy/kubernetes';
const files = readdirSync(inRepo(FOLDER));
const readme = readFileSync(inRepo('README.md'), 'utf8');

interface Variable {
  readonly name: string;
  readonly value?: string;
}

interface Probe {
  readonly exec: { readonly command: readonly string[] };
}

interface Container {
  readonly name: 'server' | 'agent';
  readonly image: string;
  readonly env: readonly Variable[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext: {
    readonly readOnlyRootFilesystem: boolean;
    readonly allowPrivilegeEscalation: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels } & Labels;
    readonly ports?: readonly { readonly port: number; readonly targetPort: string }[];
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: { readonly containers: readonly Container[]; readonly volumes: readonly Volume[] };
    };
  };
}

type Labels = Readonly<Record<string, unknown>>;

interface Volume {
  readonly name: string;
}

/** What the tests look at of a manifest; the rest is Kubernetes' to judge. */
function read(file: string): Resource[] {
  const documents = parseAllDocuments(readFileSync(inRepo(`${FOLDER}/${file}`), 'utf8'));
  return documents.map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Resource;
  });
}

function workloadsOf(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
}

function environmentOf({ env }: Container): Record<string, string> {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

describe.each(files)('deploy/kubernetes/%s', (file) => {
  const resources = read(file);
  const workloads = workloadsOf(resources);
  const containers = workloads.flatMap(({ spec }) => spec.template.spec.containers);

  it('is in the README', () => {
    expect(readme).toContain(`${FOLDER}/${file}`);
  });

  it('has settings that the programs take as they stand', () => {
    expect(containers.length).toBeGreaterThan(0);
    for (const container of containers) {
      const environment = environmentOf(container);
      if (container.name === 'server') expect(readServerConfig(environment).demo).toBe('off');
      else expect(readAgentConfig(environment, []).server).toMatch(/^ws:/);
    }
  });

  it('runs images of this version, with no more rights than they need', () => {
    for (const { name, image, securityContext } of containers) {
      expect(image).toBe(`vibrissa/${name}:${manifest.version}`);
      expect(securityContext.readOnlyRootFilesystem).toBe(true);
      expect(securityContext.allowPrivilegeEscalation).toBe(false);
      expect(securityContext.capabilities.drop).toEqual(['ALL']);
    }
  });

  it('selects its own pods, mounts what it declares and opens ports that are listened on', () => {
    for (const { spec } of workloads) {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const declared = spec.template.spec.volumes.map(({ name }) => name);
      const mounted = spec.template.spec.containers.flatMap(({ volumeMounts }) => volumeMounts);
      expect(declared).toEqual(expect.arrayContaining(mounted.map(({ name }) => name)));
    }
    const ports = containers.flatMap((container) => container.ports ?? []);
    for (const { spec } of resources.filter(({ kind }) => kind === 'Service')) {
      const pods = workloads.map((workload) => workload.spec.template.metadata.labels);
      expect(pods).toContainEqual(expect.objectContaining(spec.selector));
      for (const { targetPort } of spec.ports ?? [])
        expect(ports.map(({ name }) => name)).toContain(targetPort);
    }
    for (const container of containers.filter(({ name }) => name === 'server')) {
      const { port, goldmanePort } = readServerConfig(environmentOf(container));
      for (const { containerPort } of container.ports ?? [])
        expect([port, goldmanePort]).toContain(containerPort);
    }
  });

  it('keeps data where a volume is', () => {
    for (const container of containers) {
      const environment = environmentOf(container);
      const folder =
        container.name === 'server' ? environment.VIBRISSA_DATA : readAgentConfig(environment, []).spool;
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain(folder);
    }
  });

  it('asks for health by the script that the images have', () => {
    for (const { livenessProbe, readinessProbe } of containers) {
      expect(livenessProbe).toBeDefined();
      for (const probe of [livenessProbe, readinessProbe].filter((each) => each !== undefined)) {
        expect(probe.exec.command.slice(0, 2)).toEqual(['node', 'scripts/healthcheck.mjs']);
      }
    }
  });
});
