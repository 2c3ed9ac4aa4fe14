import type { Millis } from '@vibrissa/model';

/**
 * The record with its interval moved to one moment, so that a sample from long ago shows as if it happened
 * now. What is not a JSON object stays as it is, for the server to refuse.
 */
export function restamp(line: string, now: Millis): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return line;
  if ('flow' in value && typeof value.flow === 'object') {
    const time = new Date(now).toISOString();
    return JSON.stringify({ ...value, flow: { ...value.flow, time }, time });
  }
  if ('verdict' in value && 'time' in value)
    return JSON.stringify({ ...value, time: new Date(now).toISOString() });
  const isOurs = 'start' in value || 'source' in value;
  return JSON.stringify(
    isOurs ? { ...value, start: now, end: now } : { ...value, start_time: now, end_time: now },
  );
}
