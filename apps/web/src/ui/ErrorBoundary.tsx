import { Component, type ReactNode } from 'react';
import { Button } from './Button.js';
import { EmptyState } from './EmptyState.js';

interface State {
  readonly error: Error | null;
}

/** Keeps a fault in one part from taking the page with it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override readonly state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <EmptyState
        title="This part of the page failed"
        actions={<Button onClick={() => this.setState({ error: null })}>Try again</Button>}
      >
        {error.message}
      </EmptyState>
    );
  }
}
