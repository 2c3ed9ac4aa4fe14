// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_VIEW } from '../view-url.js';
import { keepDraft, keptDraft, tryInEditor } from './trial-draft.js';

const DRAFT = { title: 'Let frontend in', change: { yaml: 'kind: NetworkPolicy\n' } };

afterEach(() => {
  window.sessionStorage.clear();
  window.history.replaceState(null, '', '/');
});

describe('the draft of a change', () => {
  it('is kept for its policy until it is given up', () => {
    keepDraft('NetworkPolicy/shop/a', DRAFT);
    expect(keptDraft('NetworkPolicy/shop/a')).toEqual(DRAFT);
    expect(keptDraft('new')).toBeNull();
    keepDraft('NetworkPolicy/shop/a', null);
    expect(keptDraft('NetworkPolicy/shop/a')).toBeNull();
  });

  it('goes with the reader to the editor', () => {
    tryInEditor({ ...DEFAULT_VIEW, filter: 'port=53' }, DRAFT);
    expect(`${window.location.pathname}${window.location.search}`).toBe('/policies?filter=port=53&try=new');
    expect(keptDraft('new')).toEqual(DRAFT);
  });

  it('is none where something else was kept, or too much', () => {
    window.sessionStorage.setItem('vibrissa.trial.new', '{"title":1}');
    expect(keptDraft('new')).toBeNull();
    window.sessionStorage.setItem('vibrissa.trial.new', 'not json');
    expect(keptDraft('new')).toBeNull();
    keepDraft('new', { title: '', change: { yaml: 'x'.repeat(1_000_001) } });
    expect(keptDraft('new')).toBeNull();
  });
});
