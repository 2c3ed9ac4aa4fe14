import { BadRequestError } from '@vibrissa/protocol';
import { GrpcError, GrpcStatus } from '@vibrissa/protocol/grpc';
import { TooManyResultsError, TooManyStreamsError } from './flow-windows.js';
import { TooManyWaitingError } from './places.js';

const TOO_MUCH = [TooManyStreamsError, TooManyResultsError, TooManyWaitingError];

/** Does the work, and tells callers what went wrong where that is theirs to know. */
export async function asGrpcError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadRequestError) throw new GrpcError(GrpcStatus.invalidArgument, error.message);
    if (error instanceof Error && TOO_MUCH.some((kind) => error instanceof kind)) {
      throw new GrpcError(GrpcStatus.resourceExhausted, error.message);
    }
    throw error;
  }
}
