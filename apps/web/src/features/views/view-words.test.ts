import { describe, expect, it } from 'vitest';
import { UTC } from '../../view/time/wall-clock.js';
import { DEFAULT_VIEW } from '../../view/view-url.js';
import { sameView, searchToSave, viewWords } from './view-words.js';

const here = { now: Date.UTC(2026, 10, 22, 9, 30), zone: UTC };

describe('viewWords', () => {
  it('says what is filtered by, when, and what a line is', () => {
    expect(viewWords('flows', '?filter=dest.namespace=shop+verdict=deny&last=24h&by=workload', here)).toBe(
      'denied flows from anything to shop · last 24 hours · by workload',
    );
    expect(viewWords('flows', '', here)).toBe('all flows · last 15 minutes');
  });

  it('says of charts nothing that only tables have', () => {
    expect(viewWords('overview', '?by=workload&compare=day', here)).toBe('all flows · last 15 minutes');
  });

  it('leaves out clauses that are switched off', () => {
    expect(viewWords('flows', '?filter=port=53&off=port=53', here)).toMatch(/^all flows/);
  });
});

describe('searchToSave', () => {
  it('leaves the open row behind', () => {
    expect(searchToSave({ ...DEFAULT_VIEW, filter: 'port=53', selected: 'x' })).toBe('?filter=port=53');
  });
});

describe('sameView', () => {
  it('does not mind how an address is spelt, or what is open', () => {
    expect(sameView('?last=60m&row=x', '?last=1h')).toBe(true);
    expect(sameView('?last=60m', '?last=2h')).toBe(false);
  });
});
