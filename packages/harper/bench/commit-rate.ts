import { afterAll, beforeAll, it } from 'vitest';
import { at, column, intent, order, target } from '../test/fixtures.ts';
import { type HarperApp, startHarperApp } from '../test/harper-app.ts';

// npx vitest run --config bench/vitest.config.ts
const rounds = Number(process.env.BENCH_ROUNDS ?? 40);
const rowsPerBatch = Number(process.env.BENCH_ROWS ?? 1_000);

const columns = [
  column('k'),
  column('ts', 'TIMESTAMP'),
  column('mmsi', 'INT64'),
  column('lat', 'FLOAT64'),
  column('lon', 'FLOAT64'),
  column('speed', 'FLOAT64'),
  column('course', 'FLOAT64'),
  column('heading', 'INT64'),
  column('status'),
  column('name'),
  column('destination'),
  column('draught', 'NUMERIC'),
  column('eta', 'DATETIME'),
  column('flagged', 'BOOL'),
  column('note'),
];

let app: HarperApp | undefined;
beforeAll(async () => {
  app = await startHarperApp();
});
afterAll(() => app?.end());

it('the sink against a loop of bare transactions', async () => {
  if (app === undefined) throw new Error('Harper has not been started');
  const key = { kind: 'columns', columns: ['k', 'mmsi'] } as const;
  for (const name of ['Warm', 'WarmBare', 'Sink', 'Bare']) {
    await app.call('prepare', target(name, { columns, key }));
    await app.call('saveIntent', intent(name));
  }
  const run = (name: string, bare: string, count: number) =>
    app?.call('measure', { bare, order: order(target(name, { columns, key }), []), rounds: count, rowsPerBatch, snapshot: at() });
  await run('Warm', 'WarmBare', Math.ceil(rounds / 4));
  const measured = await run('Sink', 'Bare', rounds);
  if (measured === undefined) return;
  const { rows, bareMs, sinkMs, bareAgainMs, sinkUnchangedMs } = measured;
  const rate = (ms: number) => `${((rows / ms) * 1000).toFixed(0)} rows/s`;
  process.stdout.write(
    [
      `${String(rows)} rows of ${String(columns.length)} columns, ${String(rowsPerBatch)} a commit, one worker`,
      `fresh inserts: sink ${rate(sinkMs)}, bare ${rate(bareMs)}: ratio ${(bareMs / sinkMs).toFixed(2)}`,
      `unchanged rows: sink ${rate(sinkUnchangedMs)}, bare put again ${rate(bareAgainMs)}: ratio ${(bareAgainMs / sinkUnchangedMs).toFixed(1)}`,
      '',
    ].join('\n'),
  );
}, 600_000);
