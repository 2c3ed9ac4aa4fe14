import type { PoliciesReply } from '@vibrissa/protocol/messages';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { useNow } from '../../../ui/useNow.js';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { useView } from '../../../view/useView.js';
import { isFound } from '../policy-words.js';
import styles from './Board.module.css';
import { type CardPlace, keptPlace, nextCard } from './board-moves.js';
import { TierColumn } from './TierColumn.js';
import { UnknownColumn } from './UnknownColumn.js';

export interface BoardProps {
  readonly reply: PoliciesReply;
  /** What is typed to find a policy. */
  readonly find: string;
  readonly isStale: boolean;
}

/** Tiers from left to right as they are evaluated, each with its policies. */
export function Board({ reply, find, isStale }: BoardProps) {
  useNow(5_000);
  const store = useLiveStore();
  const { pausedAt } = useLiveStatus();
  const [view] = useView();
  const board = useRef<HTMLDivElement>(null);
  const [kept, setKept] = useState<CardPlace>({ column: 0, row: 0 });
  const now = pausedAt ?? store.clock.now();

  const tiers = reply.tiers.map((tier) => {
    const policies = find === '' ? tier.policies : tier.policies.filter((policy) => isFound(policy, find));
    return { tier: { ...tier, policies }, hidden: tier.policies.length - policies.length };
  });
  const unknown = reply.unknown.filter(
    ({ policy }) =>
      find === '' ||
      `${policy.namespace}/${policy.name} ${policy.tier}`.toLowerCase().includes(find.toLowerCase()),
  );
  const rows = [...tiers.map(({ tier }) => tier.policies.length), unknown.length];
  const tab = keptPlace(kept, rows);

  const onKeyDown = (event: KeyboardEvent) => {
    if (tab === null || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = nextCard(event.key, tab, rows);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    cardAt(board.current, next)?.focus();
  };

  const toBoard = () => tab !== null && cardAt(board.current, tab)?.focus();
  useShortcuts([
    ['ArrowDown', toBoard],
    ['j', toBoard],
  ]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from card to card; the cards are links
    <div
      ref={board}
      className={styles.board}
      data-board
      data-stale={isStale || undefined}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        const { column, row } = target.dataset;
        if (column !== undefined && row !== undefined) setKept({ column: Number(column), row: Number(row) });
      }}
    >
      {tiers.map(({ tier, hidden }, column) => (
        <TierColumn
          key={tier.name}
          tier={tier}
          view={view}
          column={column}
          tabRow={tab?.column === column ? tab.row : null}
          now={now}
          hidden={hidden}
        />
      ))}
      {unknown.length > 0 && (
        <UnknownColumn
          unknown={unknown}
          view={view}
          column={tiers.length}
          tabRow={tab?.column === tiers.length ? tab.row : null}
          now={now}
        />
      )}
    </div>
  );
}

function cardAt(board: HTMLElement | null, { column, row }: CardPlace): HTMLElement | null {
  return board?.querySelector<HTMLElement>(`[data-column="${column}"][data-row="${row}"]`) ?? null;
}
