export { type BufCurl, type BufCurlResult, bufCurl } from './buf-curl.js';
export { TestAuthority, type TestCertificate, type TestNames } from './certificates.js';
export { GoldmaneCalls } from './goldmane-calls.js';
export { flowMessage, lostMessage, nodesMessage, uuidOf } from './hubble-messages.js';
export { TestStreams } from './test-streams.js';
