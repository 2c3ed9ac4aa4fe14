import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BufCurlResult, bufCurl } from '@vibrissa/protocol/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReaderTest } from './test-reader.js';

const schema = fileURLToPath(new URL('../../../../packages/protocol/proto', import.meta.url));

let test: ReaderTest;

beforeAll(async () => {
  test = await ReaderTest.start();
  test.add(
    {
      port: 1,
      labels: ['app=web'],
      enforced: ['0|security|gnp:watch|pass|2', '1|default|np:data/allow-web|allow|3'],
    },
    { port: 2, verdict: 'deny', reporter: 'src', enforced: ['0|default|np:data/guard|deny|-1'] },
  );
  test.roll();
  test.add({ port: 1 });
  test.roll(2);
});

afterAll(() => test.end());

function call(method: string, request: object, ...flags: string[]): Promise<BufCurlResult> {
  return bufCurl({
    schema,
    url: `http://127.0.0.1:${test.port}/goldmane.${method}`,
    messages: [request],
    flags,
  });
}

// Begins and ends are those of buckets from 1770000000 on.
describe('Goldmane’s readers by another client', () => {
  it('lists', async () => {
    const { messages, error } = await call('Flows/List', { pageSize: 1, sortBy: [{ sortBy: 'DestName' }] });
    expect(error).toBeNull();
    expect(messages).toMatchObject([
      {
        meta: { totalPages: '3', totalResults: '3' },
        flows: [
          {
            id: '1',
            flow: {
              Key: {
                sourceName: 'web-*',
                sourceNamespace: 'shop',
                sourceType: 'WorkloadEndpoint',
                destPort: '1',
                destServiceName: '-',
                proto: 'tcp',
                reporter: 'Dst',
                action: 'Allow',
                policies: {
                  enforcedPolicies: [
                    {
                      kind: 'GlobalNetworkPolicy',
                      name: 'watch',
                      tier: 'security',
                      action: 'Pass',
                      ruleIndex: '2',
                    },
                    { kind: 'CalicoNetworkPolicy', namespace: 'data', policyIndex: '1', ruleIndex: '3' },
                  ],
                },
              },
              startTime: '1770000000',
              endTime: '1770000015',
              sourceLabels: ['app=web'],
              packetsIn: '1',
              bytesOut: '20',
            },
          },
        ],
      },
    ]);
  });

  it('refuses a list that cannot be', async () => {
    const { messages, error } = await call('Flows/List', { page: -3 });
    expect(messages).toEqual([]);
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('page: is -3'),
    });
  });

  it('streams the past, and goes on until the caller has had enough', async () => {
    const { messages } = await call('Flows/Stream', { startTimeGte: 1 }, '--timeout', '3s');
    const seen = messages.map(
      (message) => message as { flow: { Key: { destPort: string }; startTime: string } },
    );
    expect(seen.map(({ flow }) => `${flow.Key.destPort}@${flow.startTime}`).sort()).toEqual([
      '1@1770000000',
      '1@1770000015',
      '2@1770000000',
    ]);
  });

  it('hints', async () => {
    const { messages, error } = await call('Flows/FilterHints', {
      type: 'FilterTypePolicyName',
      filter: { actions: ['Deny'] },
    });
    expect(error).toBeNull();
    expect(messages).toEqual([{ meta: { totalPages: '1', totalResults: '1' }, hints: [{ value: 'guard' }] }]);
  });

  it('refuses to hint nothing in particular', async () => {
    const { error } = await call('Flows/FilterHints', {});
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('type: 0 is not known'),
    });
  });

  it('tells statistics, one message a policy', async () => {
    const { messages, error } = await call('Statistics/List', {
      type: 'ByteCount',
      groupBy: 'PolicyRule',
      timeSeries: true,
    });
    expect(error).toBeNull();
    expect(messages).toMatchObject([
      { policy: { name: 'allow-web', action: 'Allow' }, direction: 'Ingress', x: ['1770000015'] },
      {
        policy: { name: 'allow-web', ruleIndex: '3' },
        allowedIn: ['10'],
        allowedOut: ['20'],
        x: ['1770000000'],
      },
      { policy: { name: 'guard', action: 'Deny' }, direction: 'Egress', deniedIn: ['10'], x: ['1770000000'] },
      { policy: { name: 'watch', action: 'Pass' }, passedIn: ['10'], x: ['1770000000'] },
    ]);
  });

  it('sends an empty result and NOT_FOUND when no statistics match', async () => {
    const { messages, error } = await call('Statistics/List', { policyMatch: { name: { value: 'nobody' } } });
    expect(messages).toEqual([{}]);
    expect(error).toEqual({ code: 'not_found', message: 'No statistics matching request' });
  });

  it('refuses statistics of a time that is not held', async () => {
    const { error } = await call('Statistics/List', { startTimeGte: 1 });
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('start_time_gte'),
    });
  });
});

const sample = new URL('../../../../../shared/data/calico/goldmane-flow-protojson.json', import.meta.url);
if (!existsSync(sample)) console.log('a real flow of Goldmane is not here: ../shared/data/calico is absent');

describe.runIf(existsSync(sample))('a real flow of Goldmane', () => {
  it('comes out as it went in', async () => {
    const flow = JSON.parse(readFileSync(sample, 'utf8')) as { Key: object };
    const { Key, startTime, endTime, ...rest } = flow as { Key: object; startTime: string; endTime: string };
    const begin = test.now - 30;
    const sent = await call('FlowCollector/Connect', {
      flow: {
        Key,
        startTime: String(begin),
        endTime: String(begin + Number(endTime) - Number(startTime)),
        ...rest,
      },
    });
    expect(sent.error).toBeNull();
    const filter = { sourceNamespaces: [{ value: 'longhorn-system' }] };
    const { messages } = await call('Flows/List', { filter });
    expect(messages).toMatchObject([
      {
        meta: { totalResults: '1' },
        flows: [{ flow: { Key, startTime: String(begin), endTime: String(begin + 15), ...rest } }],
      },
    ]);
  });
});
