import type { ApiHits, ApiPolicySummary, ApiRuleUsage } from '@vibrissa/protocol/messages';
import { Fragment, type ReactNode } from 'react';
import { formatBytes, formatShort, plural } from '../../../ui/format.js';
import { lastWords, unusedWords } from '../policy-words.js';
import { Card } from './Card.js';
import styles from './RulesTable.module.css';

export interface RulesTableProps {
  readonly policy: ApiPolicySummary;
  readonly rules: readonly ApiRuleUsage[];
  readonly endOfTier: ApiHits;
  readonly now: number;
}

/** Each rule in the order in which it is tried, and what it did; at last what no rule matched. */
export function RulesTable({ policy, rules, endOfTier, now }: RulesTableProps) {
  return (
    <Card title="Rules" note={unusedWords(policy) || plural(rules.length, 'rule')}>
      <table className={styles.table} data-staged={policy.staged || undefined}>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col" className={styles.number}>
              {policy.staged ? 'Would have' : 'Hits'}
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              Bytes
            </th>
            <th scope="col" className={styles.number}>
              Last
            </th>
          </tr>
        </thead>
        {policy.types.map((direction) => {
          const own = rules.filter((rule) => rule.direction === direction);
          return (
            <tbody key={direction}>
              <tr className={styles.direction}>
                <th colSpan={4} scope="rowgroup">
                  {direction}
                </th>
              </tr>
              {own.map((rule) => (
                <tr key={rule.index} data-unused={rule.hits.lines === 0 || undefined}>
                  <td>
                    <RuleText index={String(rule.index + 1)} title={`spec.${direction}[${rule.index}]`}>
                      {rule.text}
                    </RuleText>
                  </td>
                  <Hits hits={rule.hits} now={now} />
                </tr>
              ))}
              {own.length === 0 && (
                <tr data-unused>
                  <td colSpan={4}>
                    <RuleText index="">No rule: it lets nothing through by itself.</RuleText>
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
        <tbody>
          <tr className={styles.end} data-unused={endOfTier.lines === 0 || undefined}>
            <td>
              <RuleText index="">No rule matched: the end of tier {policy.tier}</RuleText>
            </td>
            <Hits hits={endOfTier} now={now} />
          </tr>
        </tbody>
      </table>
    </Card>
  );
}

function RuleText(props: { readonly index: string; readonly title?: string; readonly children: ReactNode }) {
  return (
    <div className={styles.rule} title={props.title}>
      <span className={styles.index}>{props.index}</span>
      <span>{props.children}</span>
    </div>
  );
}

function Hits({ hits, now }: { readonly hits: ApiHits; readonly now: number }) {
  const { allowed, denied, passed, lines, bytes, lastHit } = hits;
  if (lines === 0) {
    return (
      <td className={styles.number} colSpan={3}>
        never hit in this window
      </td>
    );
  }
  const parts = [
    ...(denied > 0 ? [<b key="denied">{formatShort(denied)} denied</b>] : []),
    ...(allowed > 0 ? [<span key="allowed">{formatShort(allowed)} allowed</span>] : []),
    ...(passed > 0 ? [<span key="passed">{formatShort(passed)} passed on</span>] : []),
  ];
  return (
    <>
      <td className={styles.number}>
        {parts.length === 0
          ? plural(lines, 'line')
          : parts.map((part, at) => (
              <Fragment key={part.key}>
                {at > 0 && ', '}
                {part}
              </Fragment>
            ))}
      </td>
      <td className={`${styles.number} ${styles.wide}`}>{formatBytes(bytes)}</td>
      <td className={styles.number}>{lastWords(lastHit, now)}</td>
    </>
  );
}
