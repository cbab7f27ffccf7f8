import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { BqsyncError } from '@bqsync/errors';
import { type ScenarioName, scenarios } from '@bqsync/synthesizer';
import { ownedPaths, type StatePaths } from './paths.ts';

const FORMAT = 1;

/** What a demo remembers between two starts. */
export interface DemoState {
  readonly format: typeof FORMAT;
  readonly scenario: ScenarioName;
  readonly seed: string;
  /** Names this data for the writers: the same rows written again under it are there once. */
  readonly runId: string;
  /** Where the scenario's data ends and the continuous data begins: ISO, six fractional digits. */
  readonly end: string;
  /** Whether all of the scenario's data is in BigQuery. */
  readonly loaded: boolean;
  /** Ports of the last run, taken again if they are free. */
  readonly bigqueryPort: number;
}

export interface StateWishes {
  readonly scenario: ScenarioName | undefined;
  readonly seed: string | undefined;
}

const DEFAULTS = { scenario: 'realistic', seed: '1' } as const;

/** The state in a folder, written whole at each change. */
export class StateStore {
  readonly #path: string;
  #state: DemoState;

  private constructor(path: string, state: DemoState) {
    this.#path = path;
    this.#state = state;
  }

  /**
   * The state of a folder, or a new one that begins now.
   *
   * @throws BqsyncError `BQS_USAGE` if another scenario or seed is wished than the state has, or the state cannot be read.
   */
  static open(paths: StatePaths, wishes: StateWishes, now: Date): StateStore {
    const kept = readState(paths);
    if (kept !== undefined) {
      refuseOther(paths, kept, wishes);
      return new StateStore(paths.state, kept);
    }
    const store = new StateStore(paths.state, {
      format: FORMAT,
      scenario: wishes.scenario ?? DEFAULTS.scenario,
      seed: wishes.seed ?? DEFAULTS.seed,
      runId: randomUUID(),
      end: new Date(Math.floor(now.getTime() / 1000) * 1000).toISOString().replace('Z', '000Z'),
      loaded: false,
      bigqueryPort: 0,
    });
    store.update({});
    return store;
  }

  get current(): DemoState {
    return this.#state;
  }

  update(change: Partial<DemoState>): void {
    this.#state = { ...this.#state, ...change };
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, `${JSON.stringify(this.#state, null, 2)}\n`);
    renameSync(temporary, this.#path);
  }
}

/** The kept state, if there is one. */
export function readState(paths: StatePaths): DemoState | undefined {
  if (!existsSync(paths.state)) return undefined;
  const damaged = (cause?: unknown) =>
    new BqsyncError('BQS_USAGE', `${paths.state} cannot be read as the state of this demo`, { hint: 'start anew with --reset', cause });
  let value: Partial<DemoState>;
  try {
    value = JSON.parse(readFileSync(paths.state, 'utf8')) as Partial<DemoState>;
  } catch (cause) {
    throw damaged(cause);
  }
  const known = value.format === FORMAT && typeof value.scenario === 'string' && Object.hasOwn(scenarios, value.scenario);
  if (!known || typeof value.seed !== 'string' || typeof value.runId !== 'string' || typeof value.end !== 'string') throw damaged();
  return value as DemoState;
}

function refuseOther(paths: StatePaths, kept: DemoState, wishes: StateWishes): void {
  for (const name of ['scenario', 'seed'] as const) {
    const wished = wishes[name];
    if (wished === undefined || wished === kept[name]) continue;
    throw new BqsyncError('BQS_USAGE', `${paths.dir} holds ${name} "${kept[name]}", not "${wished}"`, {
      hint: `add --reset to delete it, or keep both with --state`,
    });
  }
}

/** Makes the folder, so that what cannot be written shows now and in one line. */
export function makeFolders(paths: StatePaths): void {
  try {
    for (const dir of [paths.dir, paths.bigquery, paths.logs, paths.generator]) mkdirSync(dir, { recursive: true });
    writeFileSync(`${paths.state}.new`, '');
    rmSync(`${paths.state}.new`);
  } catch (cause) {
    throw new BqsyncError('BQS_USAGE', `the folder ${paths.dir} cannot be written: ${(cause as Error).message}`, {
      hint: 'choose another one with --state',
      cause,
    });
  }
}

/** Deletes the kept state: what a demo made, and nothing else in the folder. */
export function resetState(paths: StatePaths): void {
  for (const path of ownedPaths(paths)) rmSync(path, { recursive: true, force: true });
}
