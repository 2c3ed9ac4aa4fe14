/** Why the Kubernetes API did not give what was asked. */
export type KubeErrorCode =
  /** No connection, a cut one, or a certificate that does not fit. */
  | 'unreachable'
  /** Nothing came for too long. */
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** The version asked for is no longer known; list again. */
  | 'gone'
  /** Any other status. */
  | 'refused'
  /** Not what the API documents, or larger than it should be. */
  | 'bad-answer'
  | 'bad-config';

/** The message is for people: what was asked, what came, and what to do where that is known. */
export class KubeError extends Error {
  constructor(
    readonly code: KubeErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The text of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
