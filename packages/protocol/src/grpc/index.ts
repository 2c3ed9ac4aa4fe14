export { grpcClient } from './client.js';
export type { CallOptions, ClientStream, ClientTls, GrpcClient, GrpcClientOptions } from './client-api.js';
export { frame } from './frame.js';
export { GRPC_LIMITS, type GrpcLimits } from './limits.js';
export type { Call, DuplexCall, MessageSink, Method, Peer } from './method.js';
export { grpcServer } from './server.js';
export type { GrpcEvent, GrpcServer, GrpcServerOptions, GrpcStats, ServerTls } from './server-api.js';
export { GrpcError, GrpcStatus, isGrpcStatus } from './status.js';
