// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathOf, useOwnLinks, usePage, usePageKeys } from './routes.js';

function Shell() {
  usePageKeys();
  useOwnLinks();
  return (
    <>
      <h1>{usePage().label}</h1>
      <a href="/?filter=port=53">DNS</a>
      <a href="/overview">All</a>
      <a href="/api/v1/openapi.json">API</a>
      <svg role="img" aria-label="chart">
        <a href="/?filter=verdict=deny" aria-label="mark">
          <rect data-testid="mark" width="1" height="1" />
        </a>
      </svg>
    </>
  );
}

beforeEach(() => {
  window.history.replaceState(null, '', '/overview?filter=namespace=shop');
  render(<Shell />);
});
afterEach(cleanup);

const at = () => `${window.location.pathname}${window.location.search}`;
const heading = () => screen.getByRole('heading').textContent;

describe('the pages', () => {
  it('are told apart by the path, and what is no path of one is the flows', () => {
    expect(heading()).toBe('Overview');
    expect(document.title).toBe('Overview · Vibrissa');
    expect([pathOf('overview'), pathOf('flows'), pathOf('map')]).toEqual(['/overview', '/', '/']);
  });

  it('keep filter and window when the keys change them', () => {
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'f' });
    expect(heading()).toBe('Flows');
    expect(at()).toBe('/?filter=namespace=shop');
    expect(document.title).toBe('Vibrissa');
  });

  it('follow links to each other, in text and in charts', () => {
    fireEvent.click(screen.getByText('DNS'));
    expect(at()).toBe('/?filter=port=53');
    fireEvent.click(screen.getByText('All'));
    expect(at()).toBe('/overview');
    fireEvent.click(screen.getByTestId('mark'));
    expect(at()).toBe('/?filter=verdict=deny');
    expect(heading()).toBe('Flows');
  });

  it('leave other links and other clicks to the browser', () => {
    const left: string[] = [];
    // Hears of a click last, and keeps the browser of the test from following it.
    const listener = (event: Event) => {
      if (!event.defaultPrevented) left.push((event.target as Element).textContent ?? '');
      event.preventDefault();
    };
    window.addEventListener('click', listener);
    fireEvent.click(screen.getByText('DNS'), { ctrlKey: true });
    fireEvent.click(screen.getByText('API'));
    fireEvent.click(screen.getByText('All'), { button: 1 });
    window.removeEventListener('click', listener);
    expect(left).toEqual(['DNS', 'API', 'All']);
  });
});
