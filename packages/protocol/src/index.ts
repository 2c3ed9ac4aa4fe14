export { type Backoff, retryDelay } from './backoff.js';
