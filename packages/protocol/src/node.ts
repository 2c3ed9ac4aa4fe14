/**
 * What an agent on a node needs of foreign formats, without the schemas and messages that only a server reads: they
 * would be a third of the memory an agent may take.
 */
export { type Backoff, retryDelay } from './backoff.js';
export { type ConntrackEntry, type ConntrackTuple, conntrackId, readConntrack } from './conntrack.js';
export { canonicalIp, isPrivateIp } from './ip-address.js';
export type { LoggedPacket } from './packet-log.js';
export { joinVerdicts } from './packet-log-join.js';
export { type AnyPacketLogOptions, readLoggedPacket } from './packet-log-json.js';
export type { LoggedVerdict } from './packet-log-prefix.js';
export { isProblem, type RecordProblem } from './record-problem.js';
export { writeRecord } from './write-record.js';
