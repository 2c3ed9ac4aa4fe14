import { millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressBook } from './address-book.js';
import { type Identity, workload } from './identity.js';

const a = workload('shop', 'a', null, true);
const b = workload('shop', 'b', null, false);
const nameAt = (book: AddressBook, at: number) => book.find('10.0.0.1', millis(at))?.endpoint.name ?? null;

describe('an address book', () => {
  it('tells who had a reused address at that moment', () => {
    const book = new AddressBook();
    book.take('10.0.0.1', 'uid-a', a, millis(0));
    book.release('10.0.0.1', 'uid-a', millis(1_000));
    book.take('10.0.0.1', 'uid-b', b, millis(2_000));
    expect([500, 999, 2_000, 9_000].map((at) => nameAt(book, at))).toEqual(['a', 'a', 'b', 'b']);
    // The new one's first packets may be seen before the API tells of it.
    expect(nameAt(book, 1_500)).toBe('b');
  });

  it('is not confused by a late word that the former owner is gone', () => {
    const book = new AddressBook();
    book.take('10.0.0.1', 'uid-a', a, millis(0));
    book.take('10.0.0.1', 'uid-b', b, millis(2_000));
    book.release('10.0.0.1', 'uid-a', millis(3_000));
    expect(nameAt(book, 4_000)).toBe('b');
  });

  it('knows nobody for an address given up, and forgets it after minutes', () => {
    const book = new AddressBook();
    book.take('10.0.0.1', 'uid-a', a, millis(0));
    book.release('10.0.0.1', 'uid-a', millis(1_000));
    expect(nameAt(book, 1_000)).toBeNull();
    expect(nameAt(book, 900)).toBe('a');
    book.take('10.0.0.2', 'x', b, millis(400_000));
    book.release('10.0.0.2', 'x', millis(400_001));
    expect(nameAt(book, 900)).toBeNull();
    expect(book.size).toBe(1);
  });

  it('takes new labels of the same owner as always having been there', () => {
    const book = new AddressBook();
    book.take('10.0.0.1', 'uid-a', a, millis(10));
    const relabelled: Identity = { ...a, labels: ['app=a'] };
    book.take('10.0.0.1', 'uid-a', relabelled, millis(50));
    expect(book.find('10.0.0.1', millis(20))?.labels).toEqual(['app=a']);
  });

  it('finds a service by address and port, and by address alone', () => {
    const book = new AddressBook();
    const service = { namespace: 'shop', name: 'cart', portName: 'grpc', port: 7070 };
    book.setService('10.96.0.1', 'tcp', service);
    expect(book.service('10.96.0.1', 'tcp', 7070)).toEqual(service);
    expect(book.service('10.96.0.1', 'tcp', 81)).toEqual({ ...service, portName: '', port: 81 });
    expect(book.service('10.96.0.2', 'tcp', 7070)).toBeNull();
  });

  it('stays bounded whatever changes hands', () => {
    const change = fc.record({
      ip: fc.constantFrom('1', '2', '3'),
      owner: fc.constantFrom('x', 'y'),
      gone: fc.boolean(),
      wait: fc.integer({ min: 0, max: 100_000 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const book = new AddressBook();
        let now = 0;
        for (const { ip, owner, gone, wait } of changes) {
          now += wait;
          if (gone) book.release(ip, owner, millis(now));
          else book.take(ip, owner, workload('', owner, null, true), millis(now));
          if (!gone) expect(book.find(ip, millis(now))?.endpoint.name).toBe(owner);
        }
        return book.size <= 3;
      }),
    );
  });
});
