import { randomUUID } from 'node:crypto';
import { BqsyncError } from '@bqsync/errors';
import {
  bigQueryTarget,
  buildData,
  buildScenario,
  ContinuousRun,
  type DataSource,
  describeSource,
  isoMicros,
  MultiTableOrchestrator,
  NdjsonWriter,
  newRun,
  requireSame,
  type Row,
  type RunState,
  type ScenarioName,
  scenarioNamed,
  stateFile,
  TABLES,
  timeRange,
  toMicros,
} from '@bqsync/synthesizer';
import { agree, answer, type Console, tell } from './console.ts';
import type { Settings } from './options.ts';

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;

const nowMicros = (): number => Date.now() * 1000;
const count = (rows: Readonly<Record<string, number>>): string =>
  Object.entries(rows)
    .map(([table, n]) => `${table} ${n.toLocaleString('en')}`)
    .join(', ');

/** Writes a scenario, or goes on where an earlier call was cut off; a finished one is left as it is. */
export async function initialize(io: Console, settings: Settings, name: string, end: string | undefined): Promise<void> {
  scenarioNamed(name);
  const store = stateFile(settings.state);
  const kept = await store.load();
  // A whole minute: an end that a person can name again.
  const instant = end === undefined ? Math.floor(nowMicros() / MINUTE) * MINUTE : toMicros(end);
  const source: DataSource = { kind: 'scenario', name: name as ScenarioName, seed: settings.seed, end: isoMicros(instant) };
  if (kept !== undefined) requireSame(kept.source, source);
  const target = bigQueryTarget(settings.bigquery);
  const state = kept ?? newRun(source, settings.tables, randomUUID());
  if (kept === undefined) {
    await requireEmpty(io, settings);
    await store.save(state);
  }
  tell(io, `${describeSource(state.source)} into ${settings.bigquery.projectId}.${settings.bigquery.dataset} …`);
  const rows = await new ContinuousRun({ target, store }).initialize(io.signal);
  const already = kept?.initialized === true;
  answer(
    io,
    settings.json,
    { event: 'initialized', scenario: name, seed: settings.seed, already, rows, state: settings.state },
    already ? 'nothing to write: the scenario is there' : `written: ${count(rows)}`,
  );
}

/** Writes what becomes due until Ctrl-C: of the kept run, or of a new fleet from `windowDays` ago. */
export async function start(io: Console, settings: Settings, once: boolean): Promise<void> {
  const store = stateFile(settings.state);
  if (settings.retentionDays !== undefined) {
    const question = `Delete positions and port events older than ${settings.retentionDays} days, now and from now on?`;
    if (!(await agree(io, settings.yes || settings.retentionConfirmed, question))) throw refused();
  }
  const kept = await store.load();
  const state: RunState = kept ?? newRun(newFleet(settings), settings.tables, randomUUID());
  if (kept === undefined) {
    await requireEmpty(io, settings);
    await store.save(state);
  }
  // The present moves on while it is being reached: once means up to now.
  const now = nowMicros();
  const run = new ContinuousRun({
    target: bigQueryTarget(settings.bigquery),
    now: once ? () => now : nowMicros,
    store,
    retentionDays: settings.retentionDays,
    onStep: (step) =>
      answer(
        io,
        settings.json,
        { event: 'step', ...step },
        `${step.to.slice(0, 19)}Z ${count(step.rows)}${step.trimmedTo === undefined ? '' : `; older than ${step.trimmedTo.slice(0, 10)} deleted`}`,
      ),
    onError: (error) => tell(io, `${error.message}; trying again`),
  });
  tell(io, `${describeSource(state.source)} from ${state.writtenTo}; Ctrl-C stops`);
  await run.initialize(io.signal);
  if (once) while ((await run.step(io.signal)) !== undefined);
  else await run.run({ intervalMs: settings.intervalSeconds * 1000, signal: io.signal });
}

/** A new run knows nothing of rows that are there: it would write some of them twice. */
async function requireEmpty(io: Console, settings: Settings): Promise<void> {
  const tables = await new MultiTableOrchestrator({ target: bigQueryTarget(settings.bigquery) }).getStats(settings.tables, io.signal);
  const filled = Object.entries(tables).flatMap(([table, { rows }]) => (rows > 0 ? [`${table} (${rows})`] : []));
  if (filled.length > 0)
    throw new BqsyncError('BQS_USAGE', `there is no state in ${settings.state}, but rows in ${filled.join(', ')}`, {
      hint: 'name the state file of these rows with --state, or run reset first',
    });
}

function newFleet(settings: Settings): DataSource {
  const { seed, vessels, rotation, windowDays } = settings;
  return { kind: 'fleet', seed, vessels, rotation, start: isoMicros(Math.floor((nowMicros() - windowDays * DAY) / MINUTE) * MINUTE) };
}

/** What the tables hold, and how far the run is. */
export async function stats(io: Console, settings: Settings): Promise<void> {
  const state = await stateFile(settings.state).load();
  const tables = await new MultiTableOrchestrator({ target: bigQueryTarget(settings.bigquery) }).getStats(settings.tables, io.signal);
  const lines = Object.entries(tables).map(([table, found]) =>
    found.exists
      ? `${table.padEnd(17)} ${found.rows.toLocaleString('en').padStart(12)} rows ${(found.bytes / 1e6).toFixed(1).padStart(9)} MB  ${found.from ?? ''} ${found.to ?? ''}`
      : `${table.padEnd(17)} is not there`,
  );
  const run = state === undefined ? 'no run' : `${describeSource(state.source)}, written to ${state.writtenTo}`;
  answer(io, settings.json, { event: 'stats', tables, state: state ?? null }, [...lines, run].join('\n'));
}

/** `clear` deletes the rows; `clean` drops the tables; `reset` drops them and forgets the run. */
export async function remove(io: Console, settings: Settings, what: 'clear' | 'clean' | 'reset'): Promise<void> {
  const store = stateFile(settings.state);
  const where = `${settings.bigquery.projectId}.${settings.bigquery.dataset}`;
  const orchestrator = new MultiTableOrchestrator({
    target: bigQueryTarget(settings.bigquery),
    confirm: (question) => agree(io, settings.yes, `${question.slice(0, -1)} in ${where}?`),
  });
  if (what === 'clear') await orchestrator.clearAll(settings.tables, io.signal);
  else await orchestrator.dropAll(settings.tables, io.signal);
  // A run whose rows are gone cannot go on: the next initialize or start is a new one.
  await store.remove();
  answer(
    io,
    settings.json,
    { event: what, tables: settings.tables },
    `${what === 'clear' ? 'cleared' : 'dropped'}: ${settings.tables.join(', ')}`,
  );
}

export interface GenerateFlags {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly scenario?: string | undefined;
  readonly out?: string | undefined;
}

/** Rows as NDJSON, on stdout or in a folder; BigQuery is not asked. */
export async function generate(io: Console, settings: Settings, flags: GenerateFlags): Promise<void> {
  const { seed, vessels, rotation, tables } = settings;
  if (flags.to === undefined || (flags.scenario === undefined) === (flags.from === undefined))
    throw new BqsyncError('BQS_USAGE', 'generate needs a range', { hint: 'give --from and --to, or --scenario and --to' });
  const data =
    flags.scenario === undefined
      ? buildData({ seed, vessels, rotation, range: timeRange(flags.from ?? '', flags.to) })
      : buildScenario({ scenario: scenarioNamed(flags.scenario), seed, end: flags.to });
  const writer = new NdjsonWriter(flags.out ?? io.stdout);
  const rows: Record<string, number> = {};
  for (const table of tables) {
    if (table === 'vessel_positions') {
      rows[table] = await writer.writePositions(data.fleet, data.range, data.sampling, io.signal);
      continue;
    }
    rows[table] = 0;
    let batch: Row[] = [];
    const flush = async (): Promise<void> => {
      if (io.signal.aborted) throw new BqsyncError('BQS_ABORTED', 'stopped on request');
      await writer.write(TABLES[table], batch);
      rows[table] = (rows[table] ?? 0) + batch.length;
      batch = [];
    };
    for (const row of data.rows(table)) {
      batch.push(row);
      if (batch.length === 1000) await flush();
    }
    await flush();
  }
  await writer.close();
  if (flags.out === undefined) tell(io, count(rows));
  else answer(io, settings.json, { event: 'generated', rows, folder: flags.out }, count(rows));
}

function refused(): BqsyncError {
  return new BqsyncError('BQS_USAGE', 'nothing was deleted: nobody agreed', {
    hint: 'answer yes, confirm with --yes, or leave retentionDays out',
  });
}
