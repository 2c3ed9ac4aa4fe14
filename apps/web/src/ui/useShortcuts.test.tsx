// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useShortcuts } from './useShortcuts.js';

let heard: string[] = [];
beforeEach(() => {
  heard = [];
});
afterEach(cleanup);

const KEYS = ['.', ' ', 'ArrowRight', 'Home'];

function Page() {
  useShortcuts(KEYS.map((key) => [key, () => heard.push(key)]));
  return (
    <>
      <input aria-label="text" />
      <input aria-label="track" type="range" />
      <button type="button">press</button>
    </>
  );
}

function pressAllOn(element: HTMLElement): readonly string[] {
  heard = [];
  for (const key of KEYS) fireEvent.keyDown(element, { key });
  return heard;
}

describe('useShortcuts', () => {
  it('hears keys anywhere on the page, but not where someone types', () => {
    render(<Page />);
    expect(pressAllOn(document.body)).toEqual(KEYS);
    expect(pressAllOn(screen.getByLabelText('text'))).toEqual([]);
  });

  it('leaves a slider what moves it, and a button what presses it', () => {
    render(<Page />);
    expect(pressAllOn(screen.getByLabelText('track'))).toEqual(['.', ' ']);
    expect(pressAllOn(screen.getByRole('button'))).toEqual(['.', 'ArrowRight', 'Home']);
  });
});
