import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { adopt, end } from '../processes.js';

export interface Subscriptions {
  readonly url: string;
  /** Subscribers take turns in choosing one of these. */
  readonly filters: readonly string[];
  readonly subscribers: number;
}

/** What all subscribers together saw since they were last asked. */
export interface Seen {
  readonly rows: number;
  readonly skipped: number;
  readonly bytes: number;
  /** A sample of them, ms. */
  readonly latencies: readonly number[];
}

/** Many live subscribers in a process of their own, so that reading does not hold up sending. */
export class SubscriberProcess {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Resolves when every subscriber has its snapshot. */
  static async start(subscriptions: Subscriptions): Promise<SubscriberProcess> {
    const program = fileURLToPath(new URL('./subscribers.js', import.meta.url));
    const child = adopt(fork(program, [JSON.stringify(subscriptions)]));
    await answerOf(child);
    return new SubscriberProcess(child);
  }

  async take(): Promise<Seen> {
    const answer = answerOf(this.#process);
    this.#process.send('take');
    return (await answer) as Seen;
  }

  stop(): Promise<void> {
    return end(this.#process);
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ending = new AbortController();
  const exited = once(child, 'exit', { signal: ending.signal }).then(([code]) => {
    throw new Error(`the process of the subscribers ended with code ${code}`);
  });
  const [answer]: unknown[] = await Promise.race([once(child, 'message'), exited]);
  exited.catch(() => {});
  ending.abort();
  return answer;
}
