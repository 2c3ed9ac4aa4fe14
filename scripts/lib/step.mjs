/**
 * Runs one step and says so in one line: what, then how it went and how long it took.
 * What a failed step printed follows its line.
 * @param {string} title
 * @param {() => Promise<{ code: number, output: string }>} run
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function step(title, run) {
  const begun = performance.now();
  process.stdout.write(`${title} … `);
  const { code, output } = await run();
  const took = seconds(performance.now() - begun);
  process.stdout.write(code === 0 ? `${took}\n` : `failed after ${took}\n`);
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`);
  return code === 0;
}

/**
 * As `step`, but a failure ends the process.
 * @param {string} title
 * @param {() => Promise<{ code: number, output: string }>} run
 */
export async function mustStep(title, run) {
  if (!(await step(title, run))) process.exit(1);
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
