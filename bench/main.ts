import { availableParallelism, cpus, loadavg } from 'node:os';
import { type Figure, figureLine } from './figure.js';
import { measureIngest } from './ingest.js';
import { type Options, readCommand } from './options.js';

type Part = (report: (figure: Figure) => void, options: Options) => Promise<void>;

const PARTS: Readonly<Record<string, Part>> = {
  ingest: measureIngest,
};

async function main(): Promise<void> {
  const { parts, ...options } = readCommand(process.argv.slice(2), Object.keys(PARTS));
  const [model] = cpus().map((cpu) => cpu.model.trim());
  console.log(
    `${availableParallelism()} cores (${model}), Node ${process.versions.node}, ` +
      `load before ${loadavg()[0]?.toFixed(1)}`,
  );
  for (const name of parts) await PARTS[name]?.((figure) => console.log(figureLine(figure)), options);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
