/**
 * Stands in for the conntrack program: `-E` tells of as many new connections a second as CONNECTIONS says, each
 * with the events of a short TCP connection; `-L` lists those in mind, among them OLD ones that are closed and
 * wait to be forgotten. Connection n begins n / CONNECTIONS seconds after BEGUN, so that both tell the same.
 */
const { BEGUN = '0', CONNECTIONS = '1000', OLD = '0' } = process.env;
const begun = Number(BEGUN);
const perMs = Number(CONNECTIONS) / 1000;
const old = Number(OLD);
/** From its first packet to its number being free again, ms. */
const LIFE_MS = 10_000;
const EVERY_MS = 50;

function addresses(n: number, counts: readonly [string, string]): string {
  const client = `10.65.${(n >> 3) % 2}.${2 + (n % 50)}`;
  const server = `10.65.4.${2 + (n % 40)}`;
  const port = 1_024 + (n % 60_000);
  return (
    `src=${client} dst=10.96.0.${1 + (n % 20)} sport=${port} dport=80 ${counts[0]}` +
    `src=${server} dst=${client} sport=8080 dport=${port} ${counts[1]}`
  );
}

const NONE = ['', ''] as const;
const ACCOUNTED = ['packets=5 bytes=286 ', 'packets=5 bytes=5268 '] as const;
const STATES = ['60 SYN_RECV', '432000 ESTABLISHED', '120 FIN_WAIT', '30 LAST_ACK', '120 TIME_WAIT'];

function eventsOf(n: number, at: string): string {
  const id = `id=${n + 1}`;
  let text = `[${at}]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT ${addresses(n, ['[UNREPLIED] ', ''])}${id}\n`;
  const body = addresses(n, NONE);
  for (const [step, state] of STATES.entries())
    text += `[${at}]\t [UPDATE] ipv4     2 tcp      6 ${state} ${body}${step === 0 ? '' : '[ASSURED] '}${id}\n`;
  return text;
}

function endOf(n: number, at: string): string {
  return `[${at}]\t[DESTROY] ipv4     2 tcp      6 ${addresses(n, ACCOUNTED)}[ASSURED] delta-time=${LIFE_MS / 1000} id=${n + 1}\n`;
}

function entryOf(n: number): string {
  return `ipv4     2 tcp      6 60 TIME_WAIT ${addresses(n, ACCOUNTED)}[ASSURED] mark=0 delta-time=5 use=1 id=${n + 1}\n`;
}

function tell(): void {
  let next = 0;
  let ended = 0;
  setInterval(() => {
    const now = Date.now();
    const at = (now / 1000).toFixed(6);
    let text = '';
    for (const until = (now - begun) * perMs; next < until; next++) text += eventsOf(next, at);
    for (const until = (now - begun - LIFE_MS) * perMs; ended < until; ended++) text += endOf(ended, at);
    process.stdout.write(text);
  }, EVERY_MS);
}

function list(): void {
  const now = Date.now() - begun;
  const from = Math.max(0, Math.ceil((now - LIFE_MS) * perMs));
  const lines: string[] = [];
  for (let n = 0; n < old; n++) lines.push(entryOf(1_000_000_000 + n));
  for (let n = from; n < now * perMs; n++) lines.push(entryOf(n));
  process.stdout.write(lines.join(''));
}

if (process.argv.includes('-E')) tell();
else list();
