// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useKeySequences } from './useKeySequences.js';

const acted: string[] = [];
const heard: string[] = [];

function Page() {
  useKeySequences([
    ['g', 'f', () => acted.push('flows')],
    ['g', 'o', () => acted.push('overview')],
  ]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: stands for whatever has keys of its own
    <div data-testid="grid" onKeyDown={({ key }) => heard.push(key)}>
      <input aria-label="Filter" />
    </div>
  );
}

beforeEach(() => {
  acted.length = 0;
  heard.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function press(target: Element, ...keys: string[]) {
  for (const key of keys) fireEvent.keyDown(target, { key });
}

describe('useKeySequences', () => {
  it('acts on two keys in order, and keeps the second from what has the focus', () => {
    const { getByTestId } = render(<Page />);
    press(getByTestId('grid'), 'g', 'f', 'g', 'o');
    expect(acted).toEqual(['flows', 'overview']);
    expect(heard).toEqual(['g', 'g']);
  });

  it('leaves keys alone that follow nothing, or something else, or too late', () => {
    const { getByTestId } = render(<Page />);
    press(getByTestId('grid'), 'f', 'g', 'x', 'f');
    vi.useFakeTimers();
    press(getByTestId('grid'), 'g');
    vi.advanceTimersByTime(1_300);
    press(getByTestId('grid'), 'o');
    expect(acted).toEqual([]);
    expect(heard).toEqual(['f', 'g', 'x', 'f', 'g', 'o']);
  });

  it('does nothing while someone types', () => {
    const { getByLabelText } = render(<Page />);
    press(getByLabelText('Filter'), 'g', 'f');
    expect(acted).toEqual([]);
  });
});
