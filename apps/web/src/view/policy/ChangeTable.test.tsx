// @vitest-environment happy-dom
import { cleanup, render, screen, within } from '@testing-library/react';
import type { ApiVerdictChange } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChangeTable } from './ChangeTable.js';

const end = (name: string, namespace = 'shop') =>
  ({ kind: 'workload', namespace, name, address: '' }) as const;

function aChange(change: Partial<ApiVerdictChange> = {}): ApiVerdictChange {
  return {
    direction: 'newly-allowed',
    source: end('cart-7d9f5c8b6d-*'),
    dest: end('db-0', 'data'),
    port: 5432,
    protocol: 'tcp',
    before: 'deny',
    after: 'allow',
    observed: 'deny',
    decidedBy: null,
    reason: 'rule 1 of allow-db allows it',
    connections: 41,
    bytes: 1_400_000,
    firstSeen: 1_000,
    lastSeen: 2_000,
    ...change,
  };
}

beforeEach(() => window.history.replaceState(null, '', '/?last=1h&filter=verdict=deny'));
afterEach(cleanup);

describe('a table of changes', () => {
  it('names each pair, what becomes of it and why, and leads to its flows in the same window', () => {
    render(<ChangeTable label="Others" changes={[aChange()]} now={3_000} total={4} />);
    const table = screen.getByRole('table', { name: 'Others' });
    const [, line] = within(table).getAllByRole('row');
    expect(line?.textContent).toContain('Newly allowed: cart shop → db-0 data tcp 5432');
    expect(line?.textContent).toContain('rule 1 of allow-db allows it');
    expect(line?.textContent).toContain('41');
    const link = new URL(within(table).getByRole('link').getAttribute('href') ?? '', 'http://page');
    expect(link.pathname).toBe('/');
    expect(link.searchParams.get('last')).toBe('1h');
    expect(link.searchParams.get('filter')).toContain('port=5432');
    expect(link.searchParams.get('filter')).not.toContain('verdict');
    expect(screen.getByText('and 3 other connections')).toBeTruthy();
  });

  it('says of what is not counted that it is not, and leaves out what a heading says', () => {
    const change = aChange({ connections: 0, bytes: 0 });
    render(<ChangeTable label="Others" changes={[change]} now={3_000} marks={false} reasons={false} />);
    const [, line] = screen.getAllByRole('row');
    expect(line?.textContent).not.toContain('Newly allowed');
    expect(line?.textContent).not.toContain('allow-db');
    expect(within(line as HTMLElement).getAllByRole('cell')[1]?.textContent).toBe('–');
    expect(screen.queryByText(/other connection/)).toBeNull();
  });
});
