import { networkInterfaces } from 'node:os';
import { millis } from '@vibrissa/model';
import { canonicalIp } from '@vibrissa/protocol/node';
import { AddressBook } from './address-book.js';
import { host } from './identity.js';

/** A book with the addresses of this machine, all of them the node's. */
export function ownAddresses(node: string, interfaces = networkInterfaces()): AddressBook {
  const book = new AddressBook();
  for (const { address } of Object.values(interfaces).flatMap((all) => all ?? [])) {
    const ip = canonicalIp(address);
    if (ip !== null) book.take(ip, node, host(node, true), millis(0));
  }
  return book;
}
