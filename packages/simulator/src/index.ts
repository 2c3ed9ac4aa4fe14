export { editWorld } from './edit-world.js';
export { createPlay, type Play, type PlayOptions, type WorldChange } from './play.js';
export { rulebookOf } from './rulebook.js';
export type { Finding, Scenario, ScenarioEvent } from './scenario.js';
export { isScenarioName, SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.js';
export type { Namespace, OutsideHost, Pattern, PatternService, Workload, World } from './world.js';
