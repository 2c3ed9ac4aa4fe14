import { describe, expect, it } from 'vitest';
import { mayAsk, mayConnect } from './known-hosts.js';

describe('known hosts', () => {
  it.each([
    [{ host: 'localhost:8081', 'sec-fetch-site': 'same-origin' }, true],
    [{ host: '127.0.0.1:8081', 'sec-fetch-site': 'none' }, true],
    [{ host: '[::1]:8081', 'sec-fetch-site': 'none' }, true],
    [{ host: 'flows.example.com', 'sec-fetch-site': 'none' }, true],
    [{ host: 'evil.example:8081', 'sec-fetch-site': 'same-origin' }, false],
    [{ host: 'vibrissa.monitoring.svc:8081' }, true],
    [{ host: '', 'sec-fetch-site': 'none' }, false],
  ])('lets %j ask: %s', (headers, allowed) => {
    expect(mayAsk(headers, ['flows.example.com'])).toBe(allowed);
  });

  it.each([
    [{ host: 'localhost:8081', origin: 'http://localhost:8081' }, true],
    [{ host: 'localhost:8081', origin: 'http://localhost:9999' }, false],
    [{ host: 'flows.example.com', origin: 'https://flows.example.com' }, true],
    [{ host: 'evil.example:8081', origin: 'http://evil.example:8081' }, false],
    [{ host: 'localhost:8081', origin: 'null' }, false],
    [{ host: 'node-agent' }, true],
  ])('lets %j connect: %s', (headers, allowed) => {
    expect(mayConnect(headers, ['flows.example.com'])).toBe(allowed);
  });
});
