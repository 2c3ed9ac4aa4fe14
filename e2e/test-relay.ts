import { flowMessage, TestStreams } from '@vibrissa/protocol/testing';

const GET_FLOWS = '/observer.Observer/GetFlows';
const SERVER_STATUS = '/observer.Observer/ServerStatus';

/** A Hubble relay as a journey needs it: it is there or not, and tells what it is told to. */
export class TestRelay {
  readonly #streams: TestStreams;

  private constructor(streams: TestStreams) {
    this.#streams = streams;
  }

  /** One that has an address and does not listen there yet. */
  static async away(): Promise<TestRelay> {
    const streams = await TestStreams.start(GET_FLOWS, [SERVER_STATUS]);
    await streams.stop();
    return new TestRelay(streams);
  }

  get address(): string {
    return this.#streams.address;
  }

  /** From now on it answers; each caller is told of one flow from shop/web to data/db-0. */
  async come(): Promise<void> {
    this.#streams.backlog = () => [flowMessage(1, Date.now() - 1_000)];
    await this.#streams.listen();
  }

  go(): Promise<void> {
    return this.#streams.stop();
  }
}
