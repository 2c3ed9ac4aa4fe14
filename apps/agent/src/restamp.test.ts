import { millis } from '@vibrissa/model';
import { expect, it } from 'vitest';
import { restamp } from './restamp.js';

it.each([
  ['{"start":1,"end":2,"port":3}', '{"start":77,"end":77,"port":3}'],
  ['{"start_time":1,"end_time":2,"proto":"tcp"}', '{"start_time":77,"end_time":77,"proto":"tcp"}'],
  [
    '{"flow":{"uuid":"a","time":"2021-10-04T11:22:26Z"},"node_name":"n"}',
    '{"flow":{"uuid":"a","time":"1970-01-01T00:00:00.077Z"},"node_name":"n","time":"1970-01-01T00:00:00.077Z"}',
  ],
  [
    '{"verdict":"FORWARDED","time":"2021-10-04"}',
    '{"verdict":"FORWARDED","time":"1970-01-01T00:00:00.077Z"}',
  ],
  ['{"proto":"tcp"}', '{"proto":"tcp","start_time":77,"end_time":77}'],
  ['not JSON', 'not JSON'],
  ['[1]', '[1]'],
])('%s becomes %s', (line, wanted) => expect(restamp(line, millis(77))).toBe(wanted));
