import { describe, expect, it } from 'vitest';
import { flowsHref, is } from './flows-link.js';
import { DEFAULT_VIEW, viewFromUrl } from './view-url.js';

const search = (href: string) => viewFromUrl(href.slice(1));

describe('flowsHref', () => {
  it('adds its clauses to what is filtered by, and keeps the window', () => {
    const view = {
      ...DEFAULT_VIEW,
      filter: 'namespace=shop',
      window: { kind: 'live', sinceMs: 3_600_000 },
    } as const;
    const shown = search(flowsHref(view, [is('verdict', 'deny'), is('port', '53')]));
    expect(shown.filter).toBe('namespace=shop verdict=deny port=53');
    expect(shown.window).toEqual(view.window);
  });

  it('does not take out a clause that is there already', () => {
    const view = { ...DEFAULT_VIEW, filter: 'verdict=deny' };
    expect(search(flowsHref(view, [is('verdict', 'deny')])).filter).toBe('verdict=deny');
  });

  it('narrows a list, and leaves what is switched off switched off', () => {
    const view = { ...DEFAULT_VIEW, filter: 'verdict=allow,deny port=53', disabled: ['port=53'] };
    const shown = search(flowsHref(view, [is('verdict', 'deny')]));
    expect(shown.filter).toBe('verdict=allow,deny verdict=deny port=53');
    expect(shown.disabled).toEqual(['port=53']);
  });

  it('shows connections, with nothing open, played or compared', () => {
    const view = {
      ...DEFAULT_VIEW,
      grouping: 'namespace',
      selected: 'x',
      compare: { kind: 'day' },
      window: { kind: 'fixed', from: 1_000, to: 2_000 },
      play: { speed: 5, spanMs: 60_000, at: null },
    } as const;
    const shown = search(flowsHref(view, [], { sort: { column: 'bytes', descending: true } }));
    expect(shown).toEqual({
      ...DEFAULT_VIEW,
      window: view.window,
      sort: { column: 'bytes', descending: true },
    });
  });

  it('finds what has no name', () => {
    expect(search(flowsHref(DEFAULT_VIEW, [is('dest.address', '')])).filter).toBe('dest.address=""');
  });
});
