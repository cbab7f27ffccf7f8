import { type InstantInput, timeRange, toMicros } from '../time/micros.ts';
import { buildData, type RangeData } from './build-data.ts';
import { type Scenario, type ScenarioName, scenarioNamed } from './scenarios.ts';

export interface ScenarioData extends RangeData {
  readonly scenario: Scenario;
}

export interface ScenarioOptions {
  readonly scenario: ScenarioName | Scenario;
  readonly seed?: string | number | undefined;
  /** Where the scenario ends; no row is at or after it. */
  readonly end: InstantInput;
}

/**
 * The exact rows of a scenario. The same scenario, seed and end give the same rows, for ever and without any state.
 *
 * @throws BqsyncError `BQS_USAGE` for an unknown scenario or an end that is no instant.
 * @example
 * const data = buildScenario({ scenario: 'small', seed: 7, end: '2026-08-01T12:00:00Z' });
 * for (const row of data.rows('port_events')) console.log(row.event_type, row.port_name);
 */
export function buildScenario(options: ScenarioOptions): ScenarioData {
  const scenario = typeof options.scenario === 'string' ? scenarioNamed(options.scenario) : options.scenario;
  const end = toMicros(options.end);
  const range = timeRange(end - scenario.duration, end);
  return { scenario, ...buildData({ range, counts: scenario.counts, seed: options.seed, rotation: scenario.rotation }) };
}
