import type { FlowRecord } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { readFlowRecord } from './flow-record.js';
import { readKnownKey, rememberKey } from './known-keys.js';
import { readRecord } from './read-record.js';
import { isProblem } from './record-problem.js';

const HEAD = '{"start":1000,"end":2000';
const KEY =
  ',"reporter":"dst","action":"deny","source":{"namespace":"shop","name":"web-*"},"dest":{"namespace":"data","name":"db-0"},' +
  '"port":5432,"protocol":"tcp","enforced":["0|default|np:data/guard|deny|0"],"pending":[]';
const REST =
  ',"packetsIn":3,"bytesIn":null,"sourceLabels":["b=2","a=1"],"sourceIps":["10.0.0.1"],"node":"n1"}';

function whole(line: string): FlowRecord {
  const record = readFlowRecord(JSON.parse(line));
  if (isProblem(record)) throw new Error(record.reason);
  return record;
}

describe('readKnownKey', () => {
  it('reads what reading the whole line reads, and shares the key', () => {
    rememberKey(HEAD + KEY + REST);
    const later = `{"start":5000,"end":6000${KEY},"packetsIn":9,"packetsOut":1,"destLabels":[]}`;
    expect(readKnownKey(HEAD + KEY + REST)).toEqual(whole(HEAD + KEY + REST));
    expect(readKnownKey(later)).toEqual(whole(later));
    expect(readKnownKey(later)?.key).toBe(readKnownKey(HEAD + KEY + REST)?.key);
  });

  it('leaves to the whole reading what it does not know or what has another order', () => {
    expect(readKnownKey(HEAD + KEY.replace('5432', '5433') + REST)).toBeNull();
    expect(readKnownKey(`{"packetsIn":3${KEY},"start":1000,"end":2000}`)).toBeNull();
    expect(readKnownKey('')).toBeNull();
  });

  it.each([
    ['a field of the key told again', `${HEAD}${KEY},"packetsIn":3,"port":1}`],
    ['a field of the key told before', `{"start":1000,"end":2000,"port":1${KEY}${REST}`],
    ['an unknown field', `${HEAD}${KEY},"packetsIn":3,"colour":"red"}`],
    ['a key inside another object', `{"start":1,"end":2,"x":{"a":1${KEY},"packetsIn":3}}`],
    ['a line that stops', `${HEAD}${KEY},"packetsIn":3`],
    ['a line that goes on', `${HEAD}${KEY}${REST}}`],
    ['a negative count', `${HEAD}${KEY},"packetsIn":-3}`],
    ['an end before the start', `{"start":3,"end":2${KEY}${REST}`],
    ['a cut inside a string', `{"start":1,"end":2,"node":"x${KEY},"packetsIn":3}`],
  ])('does not take %s for a known key, and the whole reading judges it', (_what, line) => {
    rememberKey(HEAD + KEY + REST);
    expect(readKnownKey(line)).toBeNull();
    const first = readRecord(line);
    expect(readRecord(line)).toEqual(first);
    if (!isProblem(first)) expect(first).toEqual(whole(line));
  });
});
