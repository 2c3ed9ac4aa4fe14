const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const TIME_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Bytes from `512`, `10kB`, `1.5MB`, `1MiB`; NaN when it is no size. Case does not matter. */
export function parseBytes(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  if (digits === '') return Number.NaN;
  return Number(digits) * (BYTE_UNITS[unit.toLowerCase()] ?? Number.NaN);
}

/** Milliseconds from `30s`, `5m`, `1h30m`, `250ms`, `2d`; NaN when it is no duration. */
export function parseDuration(text: string): number {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/i.test(text)) return Number.NaN;
  let total = 0;
  for (const [, digits = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gi)) {
    total += Number(digits) * (TIME_UNITS[unit.toLowerCase()] ?? Number.NaN);
  }
  return total;
}
