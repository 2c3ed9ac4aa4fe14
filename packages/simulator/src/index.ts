export { createPlay, type Play, type PlayOptions } from './play.js';
export type { Finding, Scenario, ScenarioEvent } from './scenario.js';
export { isScenarioName, SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.js';
export type { Namespace, OutsideHost, Pattern, PatternService, Workload, World } from './world.js';
