import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import * as wire from '../gen/goldmane_pb.js';
import type { GrpcClient } from '../grpc/index.js';

/** Goldmane's reading methods as plain calls. */
export class GoldmaneCalls {
  readonly #client: GrpcClient;

  constructor(client: GrpcClient) {
    this.#client = client;
  }

  list(request: MessageInitShape<typeof wire.FlowListRequestSchema> = {}): Promise<wire.FlowListResult> {
    return this.#unary(
      '/goldmane.Flows/List',
      wire.FlowListRequestSchema,
      request,
      wire.FlowListResultSchema,
    );
  }

  hints(request: MessageInitShape<typeof wire.FilterHintsRequestSchema>): Promise<wire.FilterHintsResult> {
    return this.#unary(
      '/goldmane.Flows/FilterHints',
      wire.FilterHintsRequestSchema,
      request,
      wire.FilterHintsResultSchema,
    );
  }

  stream(
    request: MessageInitShape<typeof wire.FlowStreamRequestSchema> = {},
    signal?: AbortSignal,
  ): AsyncGenerator<wire.FlowResult> {
    return this.#stream(
      '/goldmane.Flows/Stream',
      wire.FlowStreamRequestSchema,
      request,
      wire.FlowResultSchema,
      signal,
    );
  }

  /** All results; `into` has those that came before an error. */
  async statistics(
    request: MessageInitShape<typeof wire.StatisticsRequestSchema> = {},
    into: wire.StatisticsResult[] = [],
  ): Promise<wire.StatisticsResult[]> {
    const results = this.#stream(
      '/goldmane.Statistics/List',
      wire.StatisticsRequestSchema,
      request,
      wire.StatisticsResultSchema,
    );
    for await (const result of results) into.push(result);
    return into;
  }

  async #unary<In extends DescMessage, Out extends DescMessage>(
    path: string,
    into: In,
    request: MessageInitShape<In>,
    out: Out,
  ): Promise<MessageShape<Out>> {
    return fromBinary(out, await this.#client.unary(path, toBinary(into, create(into, request))));
  }

  async *#stream<In extends DescMessage, Out extends DescMessage>(
    path: string,
    into: In,
    request: MessageInitShape<In>,
    out: Out,
    signal?: AbortSignal,
  ): AsyncGenerator<MessageShape<Out>> {
    const bytes = toBinary(into, create(into, request));
    for await (const batch of this.#client.serverStream(path, bytes, signal)) {
      for (const message of batch) yield fromBinary(out, message);
    }
  }
}
