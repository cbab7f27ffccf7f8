import { BqsyncError } from '@bqsync/errors';
import type { TableName } from '../data/rows.ts';
import { DAY, HOUR, type Micros } from '../time/micros.ts';
import type { RotationName } from '../voyage/rotation.ts';

export type RecordCounts = Readonly<Record<TableName, number>>;

/** A named amount of data: these many rows in the time before the end instant. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly duration: Micros;
  readonly counts: RecordCounts;
  /** Dense enough for the number of port events. */
  readonly rotation: RotationName;
}

export type ScenarioName = 'small' | 'realistic' | 'stress';

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  small: {
    name: 'small',
    description: '20 ferries in one hour',
    duration: HOUR,
    counts: { vessel_positions: 100, port_events: 10, vessel_metadata: 20 },
    rotation: 'ferry',
  },
  realistic: {
    name: 'realistic',
    description: '100 feeders in one day',
    duration: DAY,
    counts: { vessel_positions: 10_000, port_events: 500, vessel_metadata: 100 },
    rotation: 'feeder',
  },
  stress: {
    name: 'stress',
    description: '1,000 coasters in a week',
    duration: 7 * DAY,
    counts: { vessel_positions: 100_000, port_events: 5_000, vessel_metadata: 1_000 },
    rotation: 'coastal',
  },
};

/** @throws BqsyncError `BQS_USAGE` for a name that is none. */
export function scenarioNamed(name: string): Scenario {
  if (Object.hasOwn(scenarios, name)) return scenarios[name as ScenarioName];
  throw new BqsyncError('BQS_USAGE', `"${name}" is not a scenario`, { hint: `choose one of ${Object.keys(scenarios).join(', ')}` });
}
