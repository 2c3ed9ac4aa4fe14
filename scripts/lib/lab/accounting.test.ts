import { describe, expect, it } from 'vitest';
import { accountKey, readAccounts } from './accounting.mjs';

const NEW =
  '[1.000001]\t    [NEW] tcp      6 120 SYN_SENT src=10.65.0.2 dst=10.96.0.10 sport=5 dport=80 [UNREPLIED] src=10.65.0.3 dst=10.65.0.2 sport=8080 dport=5 id=1';
const FIRST =
  '[2.000001]\t[DESTROY] tcp      6 TIME_WAIT src=10.65.0.2 dst=10.96.0.10 sport=5 dport=80 packets=6 bytes=1020 src=10.65.0.3 dst=10.65.0.2 sport=8080 dport=5 packets=4 bytes=2116 [ASSURED] delta-time=3 id=1';
const SECOND = FIRST.replaceAll('port=5', 'port=6').replace('packets=6 bytes=1020', 'packets=7 bytes=1072');
const ONE_WAY =
  '[3.000001]\t[DESTROY] udp      17 src=10.65.0.6 dst=203.0.113.66 sport=9 dport=53 packets=40 bytes=37120 [UNREPLIED] src=203.0.113.66 dst=198.51.100.1 sport=53 dport=9 packets=0 bytes=0 delta-time=4 id=2';

describe('readAccounts', () => {
  it('sums what ended by who called and who answered', () => {
    const accounts = readAccounts([NEW, FIRST, SECOND].join('\n'));
    expect([...accounts]).toEqual([
      [
        accountKey('10.65.0.2', '10.65.0.3', 8080, 'tcp'),
        { connections: 2, sent: { packets: 13, bytes: 2092 }, received: { packets: 8, bytes: 4232 } },
      ],
    ]);
  });

  it('tells what had no answer, and who sent it where the node lends its address', () => {
    expect(readAccounts(ONE_WAY).get(accountKey('10.65.0.6', '203.0.113.66', 53, 'udp'))).toEqual({
      connections: 1,
      sent: { packets: 40, bytes: 37_120 },
      received: { packets: 0, bytes: 0 },
    });
  });

  it('leaves out what has not ended', () => {
    expect(readAccounts(NEW).size).toBe(0);
  });
});
