/** Exit code 0 when the address answers 2xx within two seconds; what the images' HEALTHCHECK runs. */
const address = process.argv[2] ?? 'http://127.0.0.1:8081/healthz';

try {
  const reply = await fetch(address, { signal: AbortSignal.timeout(2_000) });
  if (!reply.ok) throw new Error(`it answers ${reply.status}`);
} catch (error) {
  console.error(`${address} is not healthy: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
