import { isOutside } from '@vibrissa/model';
import { dataplaneOf, explain, quarantine, suggestChange } from '@vibrissa/policy';
import type { ApiGroup } from '@vibrissa/protocol/messages';
import { useMemo } from 'react';
import type { Row } from '../../../live/row.js';
import { Button } from '../../../ui/Button.js';
import { ErrorNotice } from '../../../ui/ErrorNotice.js';
import { outcomeOf } from '../row-text.js';
import { AllowedByNow, isAllowedByNow } from './AllowedByNow.js';
import { BothEnds } from './BothEnds.js';
import { helpSentence, judgedOf, lossSentence, reportSentence } from './detail-words.js';
import { EvidenceList } from './EvidenceList.js';
import { FixBlock } from './FixBlock.js';
import { Headline } from './Headline.js';
import { Leaving } from './Leaving.js';
import { LookFurther } from './LookFurther.js';
import { QuarantineBlock } from './QuarantineBlock.js';
import { RawJson } from './RawJson.js';
import { RuleByRule } from './RuleByRule.js';
import { reportParts } from './report-parts.js';
import { Skeleton } from './Skeleton.js';
import { evidenceOf, labelsAt, seenOf, suspectOf } from './seen-of.js';
import { TraceSides } from './TraceSides.js';
import { TrafficCounters } from './TrafficCounters.js';
import { useConnection } from './useConnection.js';
import { contradicts, useQuestion, useWhy } from './useWhy.js';

/** All there is to know of one connection: what policy did with it at both ends, and what went over it. */
export function ConnectionDetails({ row }: { readonly row: Row }) {
  const { group, answered, failed, retry, filter } = useConnection(row);
  const known = useMemo(() => (group === null ? null : insightOf(group)), [group]);
  const question = useQuestion(row);
  const { why, isDue } = useWhy(question);
  const leaves = isOutside(row.dest);
  const isNew = leaves && row.newSince !== null;

  const way = leaves && (
    <Leaving row={row} ips={known?.evidence.destIps ?? null} dnsNames={known?.evidence.dnsNames ?? null} />
  );
  const outcome = known === null ? 'unknown' : outcomeOf(known.judged);
  // Of what is allowed the traces say who may call whom, which is the better sentence.
  const told = why?.knowsPolicies && outcome !== 'allow' && !contradicts(why, outcome) ? why : null;
  const cutOff = known?.suspect != null && (
    <QuarantineBlock
      namespace={known.suspect.namespace}
      workload={known.suspect.name}
      quarantine={known.quarantine}
      open={isNew}
    />
  );
  return (
    <>
      {isDue && (known !== null || !answered) ? (
        <Skeleton />
      ) : known === null ? (
        <NotKnown answered={answered} failed={failed} onRetry={retry} />
      ) : (
        <Headline
          text={told === null ? known.explanation.headline : told.headline}
          // What known policies say is longer: its room is kept, so that nothing moves when it comes.
          lines={outcome === 'allow' || why?.knowsPolicies === false ? 1 : 3}
          more={[
            reportSentence(row),
            helpSentence(known.judged),
            lossSentence(known.judged, known.evidence.drops),
            ...known.explanation.notes,
          ]}
        />
      )}
      {isAllowedByNow(why) && outcome === 'deny' && <AllowedByNow question={question} />}
      {isNew && way}
      {isNew && cutOff}
      {known !== null && !isDue && (
        <>
          <TraceSides
            sides={known.sides}
            earlier={known.earlierSides}
            first={outcome === 'stage' ? 'pending' : 'enforced'}
            linked={why?.knowsPolicies ?? false}
          />
          <RuleByRule why={why} />
          {(outcome === 'stage' || (outcome === 'deny' && !isAllowedByNow(why))) && (
            <FixBlock
              question={question}
              answers={outcome === 'deny' ? 'denied' : 'would-be-denied'}
              why={why}
              suggestions={known.suggestions}
            />
          )}
        </>
      )}
      {!isNew && way}
      {!isNew && cutOff}
      <TrafficCounters row={row} completed={group?.connectionsCompleted ?? null} filter={filter} />
      <LookFurther row={row} />
      <BothEnds
        source={row.source}
        dest={row.dest}
        service={row.service}
        port={row.port}
        protocol={row.protocol}
        sourceLabels={known?.sourceLabels ?? null}
        destLabels={known?.destLabels ?? null}
      />
      {known !== null && <EvidenceList evidence={known.evidence} />}
      {group !== null && <RawJson group={group} />}
    </>
  );
}

function insightOf(group: ApiGroup) {
  const seen = seenOf(group);
  const { current, earlier } = reportParts(group.flows ?? []);
  const suspect = suspectOf(group);
  return {
    judged: judgedOf(group),
    explanation: explain(seen),
    sides: explain(seenOf({ ...group, flows: current })).sides,
    earlierSides: earlier.length === 0 ? [] : explain(seenOf({ ...group, flows: earlier })).sides,
    suggestions: suggestChange(seen),
    ...(suspect === null
      ? { suspect: null }
      : { suspect, quarantine: quarantine(suspect, dataplaneOf(seen.flows)) }),
    sourceLabels: labelsAt(group, 'source'),
    destLabels: labelsAt(group, 'dest'),
    evidence: evidenceOf(group),
  };
}

function NotKnown({
  answered,
  failed,
  onRetry,
}: {
  readonly answered: boolean;
  readonly failed: Error | null;
  readonly onRetry: () => void;
}) {
  if (failed !== null) {
    return (
      <ErrorNotice
        title="The reports of this flow could not be read"
        actions={<Button onClick={onRetry}>Try again</Button>}
      >
        {failed.message}
      </ErrorNotice>
    );
  }
  if (!answered) return <Skeleton />;
  return (
    <Headline text="This flow left the window." more={['Widen the window to read its reports again.']} />
  );
}
