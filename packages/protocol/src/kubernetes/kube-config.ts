import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { KubeError, reasonOf } from './kube-error.js';

/** How to reach and convince an API server. PEM texts. */
export interface KubeAccess {
  readonly server: string;
  /** Who vouches for the server; null trusts what the system trusts. */
  readonly ca: string | null;
  readonly clientCert: string | null;
  readonly clientKey: string | null;
  /** The bearer token of now: tokens in files are replaced while we run. */
  readonly token: () => Promise<string | null>;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const MOST_BYTES = 1_048_576;

const Text = v.exactOptional(v.pipe(v.string(), v.minLength(1)));
const Cluster = v.object({
  server: v.pipe(v.string(), v.regex(/^https?:\/\//)),
  'certificate-authority': Text,
  'certificate-authority-data': Text,
});
const User = v.object({
  token: Text,
  tokenFile: Text,
  'client-certificate': Text,
  'client-certificate-data': Text,
  'client-key': Text,
  'client-key-data': Text,
});
const Kubeconfig = v.object({
  'current-context': v.pipe(v.string(), v.minLength(1)),
  contexts: v.array(
    v.object({
      name: v.string(),
      context: v.object({ cluster: v.string(), user: v.string() }),
    }),
  ),
  clusters: v.array(v.object({ name: v.string(), cluster: Cluster })),
  users: v.array(v.object({ name: v.string(), user: User })),
});

/**
 * The access a pod has by its service account (files that the kubelet mounts in `folder`); null outside of a
 * cluster. Throws KubeError `bad-config` when only a part of it is there.
 */
export async function inClusterAccess(
  env: Readonly<Record<string, string | undefined>>,
  folder = SERVICE_ACCOUNT,
): Promise<KubeAccess | null> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') return null;
  const tokenFile = resolve(folder, 'token');
  const ca = await readText(resolve(folder, 'ca.crt'));
  await readText(tokenFile);
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca,
    clientCert: null,
    clientKey: null,
    token: async () => (await readText(tokenFile)).trim(),
  };
}

/**
 * The access of a kubeconfig's current context: its server, with a token, a token file or a client certificate.
 * Throws KubeError `bad-config`; programs that fetch credentials (`exec`) are not run.
 */
export async function kubeconfigAccess(path: string): Promise<KubeAccess> {
  let value: unknown;
  try {
    value = parse(await readText(path), { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof KubeError) throw error;
    throw new KubeError('bad-config', `${path} is not YAML: ${reasonOf(error)}`);
  }
  if (!v.is(Kubeconfig, value)) {
    throw new KubeError(
      'bad-config',
      `${path} is no kubeconfig with current-context, contexts, clusters and users; write one with kubectl config view --flatten --minify`,
    );
  }
  const { context } = pick(path, 'context', value['current-context'], value.contexts);
  const { cluster } = pick(path, 'cluster', context.cluster, value.clusters);
  const { user } = pick(path, 'user', context.user, value.users);
  const folder = dirname(path);
  const { token, tokenFile } = user;
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: await pem(folder, cluster['certificate-authority-data'], cluster['certificate-authority']),
    clientCert: await pem(folder, user['client-certificate-data'], user['client-certificate']),
    clientKey: await pem(folder, user['client-key-data'], user['client-key']),
    token: async () =>
      tokenFile === undefined ? (token ?? null) : (await readText(resolve(folder, tokenFile))).trim(),
  };
}

type Users = v.InferOutput<typeof Kubeconfig>;

function pick<Entry extends Users['contexts' | 'clusters' | 'users'][number]>(
  path: string,
  what: string,
  name: string,
  entries: readonly Entry[],
): Entry {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined)
    throw new KubeError('bad-config', `${path} names the ${what} ${name} and has none such`);
  return found;
}

async function pem(
  folder: string,
  data: string | undefined,
  file: string | undefined,
): Promise<string | null> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return file === undefined ? null : readText(resolve(folder, file));
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MOST_BYTES) throw new Error(`is larger than ${MOST_BYTES} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    throw new KubeError('bad-config', `${path} cannot be read: ${reasonOf(error)}`);
  }
}
