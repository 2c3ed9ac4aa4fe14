import { type Endpoint, networkText, workloadOf } from '@vibrissa/model';

/** What a sentence or a link calls an end of a flow. */
export function endName(end: Endpoint): string {
  if (end.address !== '') return end.address;
  if (end.kind === 'network') return end.name === 'pvt' ? 'private networks' : networkText(end.name);
  return end.name === '' ? end.namespace : workloadOf(end);
}
