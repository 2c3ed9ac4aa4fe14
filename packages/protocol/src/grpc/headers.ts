import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { type GrpcError, GrpcStatus } from './status.js';

/** Longest text of an error that goes out, characters: it shares the header limit of the other side. */
const MESSAGE_CHARACTERS = 800;

/** The largest delay a timer takes, ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** One header as text; '' when it is absent. */
export function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** Whether a body is gRPC: `application/grpc`, also with `+proto`. */
export function isGrpc(contentType: string): boolean {
  return /^application\/grpc(?:\+proto)?(?:;|$)/.test(contentType);
}

/** `grpc-timeout` in ms: up to eight digits and a unit. Undefined for none, null for nonsense. */
export function readTimeout(text: string): number | null | undefined {
  if (text === '') return undefined;
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const msPerUnit: Readonly<Record<string, number>> = { H: 3.6e6, M: 6e4, S: 1e3, m: 1, u: 1e-3, n: 1e-6 };
  return Math.min(LONGEST_MS, Math.ceil(Number(digits) * (msPerUnit[unit] ?? 0)));
}

/** `grpc-timeout` for a time in ms. */
export function writeTimeout(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms));
  return whole < 1e8 ? `${whole}m` : `${Math.min(99_999_999, Math.ceil(whole / 1000))}S`;
}

/** The trailers that end a call; null says OK. */
export function trailers(error: GrpcError | null): OutgoingHttpHeaders {
  if (error === null) return { 'grpc-status': String(GrpcStatus.ok) };
  return { 'grpc-status': String(error.status), 'grpc-message': encodeMessage(error.message) };
}

/** Text for `grpc-message`: all but printable ASCII, and the percent sign, as %XX of its UTF-8 bytes. */
export function encodeMessage(text: string): string {
  const bytes = Buffer.from(text.slice(0, MESSAGE_CHARACTERS));
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** The text of a `grpc-message`. What is no such encoding is taken as it stands, as the protocol asks. */
export function decodeMessage(text: string): string {
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
