import { expect, it } from 'vitest';
import { fitText } from './fit-text.js';

const width = (text: string) => text.length * 10;

it('leaves alone what fits, and shortens the middle of what does not, by no more than it must', () => {
  expect(fitText('frontend', 80, width)).toBe('frontend');
  expect(fitText('checkoutservice', 90, width)).toBe('check…ice');
  expect(fitText('checkoutservice', 5, width)).toBe('…');
});
