import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inClusterAccess, kubeconfigAccess } from './kube-config.js';

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vibrissa-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const kubeconfig = (user: string, cluster = '') => `
apiVersion: v1
kind: Config
current-context: here
contexts: [{ name: here, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: 'https://api:6443/'${cluster} } }]
users: [{ name: u, user: { ${user} } }]
`;

describe('access by a kubeconfig', () => {
  it('has a token and the authority', async () => {
    const data = Buffer.from('PEM').toString('base64');
    const folder = await folderOf({
      config: kubeconfig('token: t', `, certificate-authority-data: ${data}`),
    });
    const access = await kubeconfigAccess(join(folder, 'config'));
    expect(access).toMatchObject({ server: 'https://api:6443', ca: 'PEM', clientCert: null });
    expect(await access.token()).toBe('t');
  });

  it('has a client certificate in files beside it', async () => {
    const folder = await folderOf({
      config: kubeconfig('client-certificate: a.crt, client-key: a.key'),
      'a.crt': 'CERT',
      'a.key': 'KEY',
    });
    expect(await kubeconfigAccess(join(folder, 'config'))).toMatchObject({
      clientCert: 'CERT',
      clientKey: 'KEY',
    });
  });

  it('reads a token file each time, as it is replaced', async () => {
    const folder = await folderOf({ config: kubeconfig('tokenFile: token'), token: 'one\n' });
    const access = await kubeconfigAccess(join(folder, 'config'));
    expect(await access.token()).toBe('one');
    await writeFile(join(folder, 'token'), 'two\n');
    expect(await access.token()).toBe('two');
  });

  it.each([
    ['{', /not YAML/],
    ['a: 1', /no kubeconfig with current-context/],
    [kubeconfig('').replace('cluster: c,', 'cluster: other,'), /names the cluster other/],
    [kubeconfig('client-certificate: missing.crt'), /missing\.crt cannot be read/],
    [kubeconfig('token: t').replace('https:', 'ftp:'), /no kubeconfig/],
  ])('is refused with what is wrong', async (text, message) => {
    const folder = await folderOf({ config: text });
    await expect(kubeconfigAccess(join(folder, 'config'))).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringMatching(message),
    });
  });
});

describe('access inside a cluster', () => {
  it('is by the service account', async () => {
    const folder = await folderOf({ token: 'sa\n', 'ca.crt': 'CA' });
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    const access = await inClusterAccess(env, folder);
    expect(access).toMatchObject({ server: 'https://[fd00::1]:6443', ca: 'CA' });
    expect(await access?.token()).toBe('sa');
  });

  it('is none outside, and half of it is refused', async () => {
    expect(await inClusterAccess({})).toBeNull();
    await expect(inClusterAccess({ KUBERNETES_SERVICE_HOST: 'h' }, await folderOf({}))).rejects.toMatchObject(
      {
        code: 'bad-config',
      },
    );
  });
});
