import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TestAuthority, type TestCertificate } from '../testing/certificates.js';
import { KubeClient } from './kube-client.js';
import { inClusterAccess, type KubeAccess, kubeconfigAccess } from './kube-config.js';
import { listWatch, type WatchState } from './list-watch.js';
import { events, type KubeAnswer, listOf, object, reply, secureKubeServer } from './testing/kube-server.js';

const ANSWER: KubeAnswer = (_request, response) => reply(response, { kind: 'PodList' });

let ours: TestAuthority;
let theirs: TestAuthority;
let server: TestCertificate;
let client: TestCertificate;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([TestAuthority.create('ours'), TestAuthority.create('theirs')]);
  server = await ours.issue({ commonName: 'kube-apiserver', ips: ['127.0.0.1'] });
  client = await ours.issue({ commonName: 'system:vibrissa' });
});

async function get(access: KubeAccess): Promise<unknown> {
  const kube = new KubeClient(access);
  onTestFinished(() => kube.close());
  return kube.get('/api/v1/pods', {}, new AbortController().signal);
}

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vibrissa-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('an API server over TLS', () => {
  it('is believed when its authority vouches for it', async () => {
    const { access, requests } = await secureKubeServer(server, ANSWER);
    expect(await get({ ...access, ca: ours.ca })).toEqual({ kind: 'PodList' });
    expect(requests).toMatchObject([{ token: 'Bearer secret', client: null }]);
  });

  it.each([
    ['of another authority', () => theirs.ca],
    // What the system trusts is not what a test made.
    ['of none that is named', () => null],
  ])('is not told the token when it is %s', async (_what, ca) => {
    const { access, requests } = await secureKubeServer(server, ANSWER);
    await expect(get({ ...access, ca: ca() })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+ cannot be reached: .*certificate/),
    });
    expect(requests).toEqual([]);
  });

  it.each([
    ['is for another name', { dns: ['elsewhere.example'] }, /altname|does not match/i],
    ['ran out', { ips: ['127.0.0.1'], expired: true }, /expired/],
  ])('is not told the token when its certificate %s', async (_what, names, reason) => {
    const certificate = await ours.issue({ commonName: 'kube-apiserver', ...names });
    const { access, requests } = await secureKubeServer(certificate, ANSWER);
    await expect(get({ ...access, ca: ours.ca })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(reason),
    });
    expect(requests).toEqual([]);
  });

  it('is not spoken to in an old TLS', async () => {
    const { access, requests } = await secureKubeServer(
      { ...server, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      ANSWER,
    );
    await expect(get({ ...access, ca: ours.ca })).rejects.toMatchObject({ code: 'unreachable' });
    expect(requests).toEqual([]);
  });
});

describe('a client certificate', () => {
  it('from a kubeconfig is shown to a server that asks for one', async () => {
    const { access, requests } = await secureKubeServer({ ...server, ca: ours.ca }, ANSWER);
    const folder = await folderOf({
      'ca.crt': ours.ca,
      'me.crt': client.cert,
      'me.key': client.key,
      config: `
current-context: here
contexts: [{ name: here, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${access.server}', certificate-authority: ca.crt } }]
users: [{ name: u, user: { client-certificate: me.crt, client-key: me.key } }]
`,
    });
    await get(await kubeconfigAccess(join(folder, 'config')));
    expect(requests).toMatchObject([{ client: 'system:vibrissa', token: undefined }]);
  });

  it.each([
    ['none', async () => ({ clientCert: null, clientKey: null })],
    ["another authority's", async () => pair(await theirs.issue({ commonName: 'system:vibrissa' }))],
    [
      'one that ran out',
      async () => pair(await ours.issue({ commonName: 'system:vibrissa', expired: true })),
    ],
  ])('is needed there: %s is refused', async (_what, certificate) => {
    const { access, requests } = await secureKubeServer({ ...server, ca: ours.ca }, ANSWER);
    const failure = get({ ...access, ca: ours.ca, ...(await certificate()) });
    await expect(failure).rejects.toMatchObject({ code: 'unreachable' });
    expect(requests).toEqual([]);
  });
});

describe('the token of a service account', () => {
  it('is read again for every request, on connections that are kept too', async () => {
    const { access, requests } = await secureKubeServer(server, ANSWER);
    const folder = await folderOf({ 'ca.crt': ours.ca, token: 'one\n' });
    const { hostname, port } = new URL(access.server);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const mounted = await inClusterAccess(env, folder);
    if (mounted === null) throw new Error('this looks like no pod');
    const kube = new KubeClient(mounted);
    onTestFinished(() => kube.close());
    const ask = () => kube.get('/api/v1/pods', {}, new AbortController().signal);
    await ask();
    await writeFile(join(folder, 'token'), 'two\n');
    await ask();
    await rm(join(folder, 'token'));
    await expect(ask()).rejects.toMatchObject({ code: 'bad-config' });
    expect(requests.map(({ token }) => token)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('that is replaced is used when a watch is begun again after a 401', async () => {
    let token = 'old';
    const { access } = await secureKubeServer(server, (request, response) => {
      if (request.token !== 'Bearer new') return reply(response, { message: 'Unauthorized' }, 401);
      if (request.query.has('watch')) events(response, { type: 'ADDED', object: object('b', '2') });
      else reply(response, listOf('1', ['a']));
    });
    const kube = new KubeClient({ ...access, ca: ours.ca, token: async () => token });
    const stop = new AbortController();
    const states: string[] = [];
    const seen: unknown[] = [];
    const options = {
      client: kube,
      path: '/api/v1/pods',
      query: {},
      read: (value: unknown) => Object(value).metadata?.name ?? null,
      backoff: { first: 1, most: 2 },
      random: () => 0,
      onState: (state: WatchState) => {
        states.push(state.is);
        // The kubelet comes by after the first refusal.
        token = 'new';
      },
      isFinal: () => false,
      pageSize: 10,
      watchSeconds: 1,
    };
    for await (const change of listWatch<string>(options, stop.signal)) {
      seen.push(change);
      if (change.type === 'set') break;
    }
    stop.abort();
    kube.close();
    expect(seen).toMatchObject([
      { type: 'list', items: ['a'] },
      { type: 'set', item: 'b' },
    ]);
    expect(states[0]).toBe('waiting');
  });
});

function pair({ cert, key }: TestCertificate) {
  return { clientCert: cert, clientKey: key };
}
