import { expect, it } from 'vitest';
import { RecentTexts } from './recent-texts.js';

it('forgets what was not asked for lately', () => {
  const texts = new RecentTexts<number>(2, 1000);
  texts.set('kept', 1);
  texts.set('lost', 2);
  for (let at = 0; at < 10; at++) {
    texts.set(`other ${at}`, at);
    expect(texts.get('kept')).toBe(1);
  }
  expect(texts.get('lost')).toBeUndefined();
});

it('holds few texts when they are long', () => {
  const texts = new RecentTexts<number>(1000, 100);
  for (const letter of ['a', 'b', 'c', 'd']) texts.set(letter.repeat(60), 1);
  expect(texts.get('a'.repeat(60))).toBeUndefined();
  expect(texts.get('d'.repeat(60))).toBe(1);
});
