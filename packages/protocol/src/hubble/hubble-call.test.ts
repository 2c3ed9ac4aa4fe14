import { expect, it } from 'vitest';
import { convert } from './test-flows.js';

function call(l7: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>> = {}) {
  return convert({ event_type: { type: 129 }, l7, ...change }).evidence.calls.kept.map(([text]) => text);
}
const http = (method: string, url: string, code?: number) => ({ http: { method, url, code } });
const dns = (query: string, qtypes: readonly string[], rcode?: number) => ({ dns: { query, qtypes, rcode } });

it.each([
  [http('GET', 'http://web:9080/cart?user=1#top', 200), 'GET /cart 200'],
  [http('POST', '/checkout', 503), 'POST /checkout 503'],
  [http('GET', 'http://web:9080', 404), 'GET / 404'],
  [http('GET', 'http://web?user=1', 200), 'GET / 200'],
  [dns('db.example.com.', ['A'], 3), 'DNS A db.example.com NXDOMAIN'],
  [dns('db.example.com.', ['A', 'AAAA']), 'DNS A,AAAA db.example.com NOERROR'],
  [dns('db.example.com.', [], 11), 'DNS db.example.com RCODE11'],
  [{ kafka: { api_key: 'produce', topic: 'orders', error_code: 29 } }, 'Kafka produce orders error 29'],
  [{ kafka: { api_key: 'heartbeat' } }, 'Kafka heartbeat'],
])('%j is told as %s', (said, text) => {
  expect(call({ type: 'RESPONSE', ...said })).toEqual([text]);
});

it('tells a request only where it was refused, as no answer comes', () => {
  const request = { type: 'REQUEST', ...http('DELETE', '/users/7') };
  expect(call(request)).toEqual([]);
  expect(call(request, { verdict: 'DROPPED' })).toEqual(['DELETE /users/7 denied']);
});

it('is short and of one line, whatever was asked', () => {
  const [text = ''] = call({ type: 'RESPONSE', ...http('GET', `/a\n\u0000${'b'.repeat(900)}`, 200) });
  expect(text).toHaveLength(200);
  expect(text.startsWith('GET /a  bbb')).toBe(true);
});
