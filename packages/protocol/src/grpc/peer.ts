import type { ServerHttp2Session } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { Peer } from './method.js';

/** Who is at the other end of a session that has just begun. */
export function peerOf(session: ServerHttp2Session): Peer {
  const { socket } = session;
  return {
    address: plainAddress(socket.remoteAddress ?? ''),
    certificateNames: session.encrypted === true ? namesOf(socket) : [],
  };
}

/** An IPv4 address that came in through an IPv6 socket, in its own form. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

function namesOf(socket: ServerHttp2Session['socket']): string[] {
  if (!(socket instanceof TLSSocket)) return [];
  const certificate = socket.getPeerCertificate();
  // Without a certificate this is an empty object, whatever the types say.
  const { subject, subjectaltname } = certificate as Partial<typeof certificate>;
  const common: string | string[] = subject?.CN ?? [];
  return [...new Set([...[common].flat(), ...alternativeNames(subjectaltname ?? '')])];
}

/** The names in Node's text of a subjectAltName: `DNS:a, URI:b, IP Address:c`; odd ones stand in quotes as JSON. */
export function alternativeNames(text: string): string[] {
  return [...text.matchAll(/(?:^|, )[A-Za-z ]+:("(?:[^"\\]|\\.)*"|[^,]*)/g)].flatMap(([, value = '']) => {
    const name = value.startsWith('"') ? unquote(value) : value;
    return name === '' ? [] : [name];
  });
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
