/** gRPC's status codes, by our names for them. */
export const GrpcStatus = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

export type GrpcStatus = (typeof GrpcStatus)[keyof typeof GrpcStatus];

const CODES = new Set<number>(Object.values(GrpcStatus));

/** Whether a number is a status of gRPC. */
export function isGrpcStatus(code: number): code is GrpcStatus {
  return CODES.has(code);
}

/** How a call ended when it did not end well: the message is for the other side to read. */
export class GrpcError extends Error {
  readonly code = 'grpc';
  override readonly name = 'GrpcError';

  constructor(
    readonly status: GrpcStatus,
    message: string,
  ) {
    super(message);
  }
}
