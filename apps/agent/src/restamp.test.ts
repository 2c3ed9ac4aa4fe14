import { millis } from '@vibrissa/model';
import { expect, it } from 'vitest';
import { restamp } from './restamp.js';

it.each([
  ['{"start":1,"end":2,"port":3}', '{"start":77,"end":77,"port":3}'],
  ['{"start_time":1,"end_time":2,"proto":"tcp"}', '{"start_time":77,"end_time":77,"proto":"tcp"}'],
  ['{"proto":"tcp"}', '{"proto":"tcp","start_time":77,"end_time":77}'],
  ['not JSON', 'not JSON'],
  ['[1]', '[1]'],
])('%s becomes %s', (line, wanted) => expect(restamp(line, millis(77))).toBe(wanted));
