import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEndpoints } from './endpoints-text.js';

describe('a file of endpoints', () => {
  it('has pods, hosts and services', () => {
    const { owners, services, problems } = readEndpoints(`
# who is who
frontend 10.65.0.2 cali9ecc8459ea5
shop/cart-7d9f5c8b6d-* fd00:0::A calia845dda0347 app=cart tier=back   # two labels
shop/remote 10.66.0.9 app=x
host node-2 192.168.0.2 fd00::2
service shop/cart 10.96.7.70 7070:grpc 53/udp
`);
    expect(problems).toEqual([]);
    expect(
      owners.map(({ ip, identity }) => [
        ip,
        identity.endpoint.namespace,
        identity.endpoint.name,
        identity.isLocal,
      ]),
    ).toEqual([
      ['10.65.0.2', '', 'frontend', true],
      ['fd00::a', 'shop', 'cart-7d9f5c8b6d-*', true],
      ['10.66.0.9', 'shop', 'remote', false],
      ['192.168.0.2', '', 'node-2', false],
      ['fd00::2', '', 'node-2', false],
    ]);
    expect(owners[1]?.identity.labels).toEqual(['app=cart', 'tier=back']);
    expect(owners[3]?.identity.endpoint.kind).toBe('host');
    expect(services).toEqual([
      {
        ip: '10.96.7.70',
        protocol: 'tcp',
        service: { namespace: 'shop', name: 'cart', portName: 'grpc', port: 7070 },
      },
      {
        ip: '10.96.7.70',
        protocol: 'udp',
        service: { namespace: 'shop', name: 'cart', portName: '', port: 53 },
      },
    ]);
  });

  it('tells which lines are wrong, and why', () => {
    const { owners, problems } = readEndpoints(
      'a 10.0.0.1\nb nowhere\n/c 10.0.0.1\nd 10.0.0.1 eth0 what?\nservice x 10.0.0.1 80\nservice n/x 10.0.0.1 99999\n',
    );
    expect(owners).toHaveLength(1);
    expect(problems.map((problem) => problem.slice(0, 7))).toEqual([
      'line 2:',
      'line 3:',
      'line 4:',
      'line 5:',
      'line 6:',
    ]);
    expect(problems[0]).toContain("'nowhere' is no IP address");
  });

  it('is read whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => readEndpoints(text).problems.length <= 20),
      { numRuns: 2_000 },
    );
  });

  const captured = new URL('../../../../../shared/data/packetlog/realkernel/endpoints.txt', import.meta.url);
  it.runIf(existsSync(captured))('that a lab wrote is read', () => {
    const { owners, problems } = readEndpoints(readFileSync(captured, 'utf8'));
    expect([owners.length, problems]).toEqual([5, []]);
    expect(owners.every(({ identity }) => identity.isLocal)).toBe(true);
  });
  if (!existsSync(captured)) console.warn(`no ${captured.pathname}: its test is left out`);
});
