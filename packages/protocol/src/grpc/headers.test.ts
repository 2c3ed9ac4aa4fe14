import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, isGrpc, readTimeout, trailers, writeTimeout } from './headers.js';
import { GrpcError, GrpcStatus } from './status.js';

describe('grpc-timeout', () => {
  it.each([
    ['', undefined],
    ['100m', 100],
    ['2S', 2_000],
    ['1M', 60_000],
    ['1H', 3_600_000],
    ['1500u', 2],
    ['1n', 1],
    ['0m', 0],
    ['99999999H', 2 ** 31 - 1],
    ['100000000m', null],
    ['1', null],
    ['m', null],
    ['-1m', null],
    ['1.5S', null],
    ['1d', null],
  ])('reads %j as %j ms', (text, ms) => {
    expect(readTimeout(text)).toBe(ms);
  });

  it('is never shorter than the time it was written for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 31 - 1, noNaN: true }), (ms) => {
        expect(readTimeout(writeTimeout(ms))).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});

describe('grpc-message', () => {
  it('brings any text over in printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        const encoded = encodeMessage(text);
        expect(encoded).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeMessage(encoded)).toBe(text);
      }),
    );
  });

  it('takes what is no such encoding as it stands', () => {
    expect(decodeMessage('100% sure, %zz')).toBe('100% sure, %zz');
  });

  it('stays within a header whatever the text', () => {
    expect(encodeMessage('漢'.repeat(100_000)).length).toBeLessThan(8_000);
  });

  it('comes with the status, and not with OK', () => {
    expect(trailers(new GrpcError(GrpcStatus.notFound, 'ü'))).toEqual({
      'grpc-status': '5',
      'grpc-message': '%C3%BC',
    });
    expect(trailers(null)).toEqual({ 'grpc-status': '0' });
  });
});

describe('content-type', () => {
  it.each(['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8'])(
    'takes %s',
    (type) => {
      expect(isGrpc(type)).toBe(true);
    },
  );

  it.each(['', 'application/grpc+json', 'application/grpc-web', 'application/json'])('refuses %j', (type) => {
    expect(isGrpc(type)).toBe(false);
  });
});
