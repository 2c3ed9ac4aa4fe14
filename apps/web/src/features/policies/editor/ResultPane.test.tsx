// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ApiVerdictChange, WhatIfReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import { aWhatIf } from '../test-replies.js';
import { ResultPane } from './ResultPane.js';

function aChange(change: Partial<ApiVerdictChange>): ApiVerdictChange {
  return {
    direction: 'newly-denied',
    source: { kind: 'workload', namespace: 'shop', name: 'web', address: '' },
    dest: { kind: 'workload', namespace: 'shop', name: 'cart', address: '' },
    port: 8080,
    protocol: 'tcp',
    before: 'allow',
    after: 'deny',
    observed: 'allow',
    decidedBy: null,
    reason: 'no rule matches any more',
    connections: 5,
    bytes: 10,
    firstSeen: 1,
    lastSeen: 2,
    ...change,
  };
}

const NONE = { lines: 0, connections: 0, bytes: 0 };

function open(reply: WhatIfReply | null) {
  render(
    <ResultPane
      result={reply}
      isStale={false}
      status="tried"
      empty="nothing yet"
      now={1_000}
      windowWords="the last hour"
    />,
  );
}

afterEach(cleanup);

describe('what a change would do', () => {
  it('shows the denied ones first, and the others when asked', () => {
    open(
      aWhatIf({
        totals: {
          'newly-denied': { lines: 1, connections: 5, bytes: 1 },
          'newly-allowed': NONE,
          uncertain: { lines: 2, connections: 3, bytes: 1 },
        },
        changes: [
          aChange({}),
          aChange({
            direction: 'uncertain',
            port: 9090,
            after: 'unknown',
            reason: 'its labels are not known',
          }),
        ],
      }),
    );
    expect(screen.getByRole('table', { name: 'Newly denied' }).textContent).toContain(
      'no rule matches any more',
    );
    expect(screen.getByRole('button', { name: /Newly allowed/ })).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByRole('button', { name: /Uncertain/ }));
    expect(screen.getByRole('table', { name: 'Uncertain' }).textContent).toContain(
      'its labels are not known',
    );
    expect(screen.getByText('and 1 other connection')).toBeDefined();
  });

  it('says that nothing changes, and of how many', () => {
    open(aWhatIf({ disagreeing: 2 }));
    expect(
      screen.getByText(/Of 80 observed connections in the last hour each is decided as before/),
    ).toBeDefined();
    expect(screen.getByText(/2 connections were observed with another verdict/)).toBeDefined();
  });

  it('compares with what the data plane reports of staged policies', () => {
    const example = {
      ...aChange({}),
      byTraces: 'deny',
      byPolicies: 'allow',
      reason: 'the policy was changed since',
    } as const;
    open(aWhatIf({ traces: { denied: 3, agreeing: 70, differing: 1, examples: [example] } }));
    expect(screen.getByText('The data plane does not say the same of all.')).toBeDefined();
    expect(
      screen.getByText(/reported as denied, by the policies allowed: the policy was changed since/),
    ).toBeDefined();
  });

  it('says that there is nothing to try it on', () => {
    open(aWhatIf({ lines: 0 }));
    expect(screen.getByText(/No connection that matches was observed in the last hour/)).toBeDefined();
  });

  it('has room for what comes before a result', () => {
    open(null);
    expect(screen.getByText('nothing yet')).toBeDefined();
  });
});
