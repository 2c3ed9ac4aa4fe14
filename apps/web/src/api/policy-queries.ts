import { queryOptions } from '@tanstack/react-query';
import type { Rulebook } from '@vibrissa/policy';
import type {
  ApiPolicyName,
  AppliedReply,
  ConnectionQuestion,
  FixesReply,
  KnownPoliciesReply,
  LintReply,
  LintRequest,
  PoliciesReply,
  PolicyChange,
  PolicyReply,
  QuarantineReply,
  QuarantineRequest,
  RecommendReply,
  RecommendRequest,
  TemplateName,
  TemplateReply,
  WhatIfReply,
  WhyReply,
} from '@vibrissa/protocol/messages';
import { getJson, sendJson } from './client.js';
import { askLong, type Bounds, readLong } from './queries.js';

const BASE = '/api/v1/policies';

/** Tiers and policies with what they did in the window. */
export function policiesQuery(filter: string, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', filter, bounds.from, bounds.to ?? null],
    queryFn: (context) => readLong<PoliciesReply>(BASE, { filter, ...bounds }, context),
  });
}

/** One policy, each of its rules, and what is wrong with it. */
export function policyQuery({ kind, namespace, name }: ApiPolicyName, filter: string, bounds: Bounds) {
  const query = { kind, namespace, name, filter, ...bounds };
  return queryOptions({
    queryKey: ['policy', kind, namespace, name, filter, bounds.from, bounds.to ?? null],
    queryFn: (context) => readLong<PolicyReply>('/api/v1/policy', query, context),
  });
}

/** The rulebook; `version` is the one on screen, so that a change of it is read anew. */
export function knownQuery(version: number) {
  return queryOptions({
    queryKey: ['policies', 'known', version],
    queryFn: ({ signal }) => getJson<KnownPoliciesReply<Rulebook>>(`${BASE}/known`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Why a connection that was observed in the window is allowed or denied. */
export function whyQuery(connection: ConnectionQuestion, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', 'why', connection, bounds.from, bounds.to ?? null],
    queryFn: (context) => askLong<WhyReply>(`${BASE}/why`, { ...bounds }, connection, context),
  });
}

/** The changes that would allow a connection, and what else each would change in the window. */
export function fixesQuery(connection: ConnectionQuestion, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', 'fixes', connection, bounds.from, bounds.to ?? null],
    queryFn: (context) => askLong<FixesReply>(`${BASE}/fixes`, { ...bounds }, connection, context),
  });
}

/** What a change would do to the connections of the window. */
export function whatIfQuery(change: PolicyChange, filter: string, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', 'what-if', change, filter, bounds.from, bounds.to ?? null],
    queryFn: (context) => askLong<WhatIfReply>(`${BASE}/what-if`, { filter, ...bounds }, change, context),
  });
}

/** Least-privilege policies from what was observed in the window. */
export function recommendQuery(question: RecommendRequest, filter: string, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', 'recommend', question, filter, bounds.from, bounds.to ?? null],
    queryFn: (context) =>
      askLong<RecommendReply>(`${BASE}/recommend`, { filter, ...bounds }, question, context),
  });
}

/** How to cut a workload off, and what that would cut. */
export function quarantineQuery(question: QuarantineRequest, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', 'quarantine', question, bounds.from, bounds.to ?? null],
    queryFn: (context) => askLong<QuarantineReply>(`${BASE}/quarantine`, { ...bounds }, question, context),
  });
}

/** What is wrong with the known policies, or, where YAML is given, with those in it. */
export function lintQuery(question: LintRequest, bounds: Bounds) {
  return queryOptions({
    queryKey: ['policies', 'lint', question, bounds.from, bounds.to ?? null],
    queryFn: (context) => askLong<LintReply>(`${BASE}/lint`, { ...bounds }, question, context),
  });
}

export interface TemplateQuestion {
  readonly template: TemplateName;
  readonly namespace: string;
  /** Of more than one. */
  readonly namespaces?: readonly string[];
  readonly dialect?: 'kubernetes' | 'calico';
  readonly staged?: boolean;
}

/** A policy to begin with. */
export function templateQuery(question: TemplateQuestion) {
  return queryOptions({
    queryKey: ['policies', 'template', question],
    queryFn: ({ signal }) => getJson<TemplateReply>(`${BASE}/templates`, { ...question }, signal),
    staleTime: 60_000,
  });
}

/** Puts a change into force in the simulated cluster. Throws ApiError where there is none. */
export function applyChange(change: PolicyChange): Promise<AppliedReply> {
  return sendJson<AppliedReply>('POST', `${BASE}/apply`, change);
}

/** Takes back all that was applied in the simulated cluster. */
export function resetChanges(): Promise<AppliedReply> {
  return sendJson<AppliedReply>('POST', `${BASE}/reset`, {});
}
