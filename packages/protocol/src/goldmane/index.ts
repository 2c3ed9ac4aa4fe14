export { GoldmaneReader, type GoldmaneRecord } from './read-flow-update.js';
export {
  flowUpdateBytes,
  orDash,
  writeFlowKey,
  writeFlowResult,
  writeFlowUpdate,
  writePolicyHit,
} from './write-flow.js';
