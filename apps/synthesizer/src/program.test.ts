import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './program.ts';

let server: LocalBigQuery;
let folder: string;
let runs = 0;
beforeAll(async () => {
  server = await startLocalBigQuery();
  folder = await mkdtemp(join(tmpdir(), 'synthesizer-cli-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function collector(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly json: Record<string, unknown>[];
}

async function call(args: readonly string[], options: { signal?: AbortSignal; answer?: string } = {}): Promise<Outcome> {
  const [out, err] = [collector(), collector()];
  const stdin = new PassThrough();
  const tty = options.answer !== undefined;
  if (options.answer !== undefined) stdin.write(`${options.answer}\n`);
  const code = await run(args, {
    stdin: Object.assign(stdin, { isTTY: tty }),
    stdout: out.stream,
    stderr: Object.assign(err.stream, { isTTY: tty }),
    signal: options.signal ?? new AbortController().signal,
  });
  const json = args.includes('--json')
    ? out
        .text()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
  return { code, out: out.text(), err: err.text(), json };
}

/** A dataset and a state file of its own. */
function place(): string[] {
  runs++;
  return ['--api-endpoint', server.url, '--project', 'test-project', '--dataset', `cli_${runs}`, '--state', join(folder, `${runs}.json`)];
}
const rowsOf = async (where: readonly string[]): Promise<unknown> => {
  const { json } = await call(['stats', '--json', ...where]);
  return Object.values(json[0]!['tables'] as Record<string, { rows: number }>).map(({ rows }) => rows);
};

describe('bqsync-synthesizer', () => {
  it('initializes a scenario once, goes on, shows it, and starts over after reset', async () => {
    const where = place();
    const first = await call(['initialize', 'small', '--json', '--end', '2026-08-01T12:00:00Z', ...where]);
    expect(first).toMatchObject({
      code: 0,
      json: [{ event: 'initialized', already: false, rows: { vessel_positions: 100, port_events: 10, vessel_metadata: 20 } }],
    });
    expect(first.err).toContain('scenario small');
    expect(await call(['initialize', 'small', '--json', ...where])).toMatchObject({
      code: 0,
      json: [{ already: true, rows: { vessel_positions: 0 } }],
    });
    expect(await rowsOf(where)).toEqual([100, 10, 20]);
    const other = await call(['initialize', 'small', '--seed', '2', ...where]);
    expect(other.code).toBe(2);
    expect(other.err).toMatch(/^BQS_USAGE: .*seed 1.*seed 2.*reset.*\n$/);
    expect((await call(['reset', '--yes', ...where])).code).toBe(0);
    expect((await call(['initialize', 'small', '--seed', '2', ...where])).code).toBe(0);
    expect(await rowsOf(where)).toEqual([100, 10, 20]);
  });

  it('goes on from the scenario to the present', async () => {
    const where = place();
    await call(['initialize', 'small', '--end', new Date(Date.now() - 7_200_000).toISOString(), ...where]);
    const started = await call(['start', '--once', '--json', ...where]);
    expect(started.code).toBe(0);
    const [positions] = (await rowsOf(where)) as number[];
    expect(positions).toBeGreaterThanOrEqual(299);
    expect(positions).toBeLessThanOrEqual(302);
  });

  it('stops on Ctrl-C with 130 and goes on from there', async () => {
    const where = place();
    await call(['initialize', 'small', ...where]);
    const stop = new AbortController();
    const running = call(['start', ...where], { signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    expect((await running).code).toBe(130);
    expect((await call(['start', '--once', ...where])).code).toBe(0);
  });

  it('lesson 23: asks before it deletes, and refuses where nobody can be asked', async () => {
    const where = place();
    await call(['initialize', 'small', ...where]);
    for (const command of ['clear', 'clean', 'reset']) {
      const refused = await call([command, ...where]);
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(/^BQS_USAGE: .*--yes.*\n$/);
      expect((await call([command, ...where], { answer: 'no' })).code).toBe(2);
    }
    expect(await rowsOf(where)).toEqual([100, 10, 20]);
    const asked = await call(['clear', ...where], { answer: 'y' });
    expect(asked.code).toBe(0);
    expect(asked.err).toContain(`Delete all rows of vessel_positions, port_events, vessel_metadata in test-project.cli_${runs}?`);
    expect(await rowsOf(where)).toEqual([0, 0, 0]);
    // What was written before is no longer there: it is written again.
    await call(['initialize', 'small', ...where]);
    expect(await rowsOf(where)).toEqual([100, 10, 20]);
    expect((await call(['clean', '--yes', '--tables', 'port_events', ...where])).code).toBe(0);
    expect((await call(['stats', ...where])).out).toMatch(/port_events +is not there/);
    // The rest is of a run that is forgotten: nothing is written twice.
    const again = await call(['initialize', 'small', ...where]);
    expect(again.err).toMatch(/no state in .* but rows in vessel_positions \(100\), vessel_metadata \(20\)/);
    expect(again.code).toBe(2);
  });

  it('asks before retention deletes, unless the configuration agrees', async () => {
    const where = place();
    await call(['initialize', 'small', ...where]);
    const config = join(folder, 'retention.yaml');
    await writeFile(config, 'synthesizer:\n  retentionDays: 30\n');
    expect(await call(['start', '--once', '--config', config, ...where])).toMatchObject({ code: 2 });
    await writeFile(config, 'synthesizer:\n  retentionDays: 30\n  retentionConfirmed: true\n');
    expect(await call(['start', '--once', '--config', config, ...where])).toMatchObject({ code: 0 });
  });

  it('generates NDJSON without BigQuery, the same every time', async () => {
    const args = ['generate', '--scenario', 'small', '--to', '2026-08-01', '--seed', 'x'];
    const { code, out } = await call(args);
    expect(code).toBe(0);
    expect(out.split('\n').length - 1).toBe(130);
    expect((await call(args)).out).toBe(out);
    expect((await call([...args, '--out', join(folder, 'out'), '--tables', 'port_events'])).code).toBe(0);
    const file = await readFile(join(folder, 'out', 'port_events.ndjson'), 'utf8');
    expect(file.split('\n').length - 1).toBe(10);
  });

  it.each([
    [['initialize', 'huge'], 2, /"huge" is not a scenario.*small, realistic, stress/],
    [['stats', '--tables', 'vessels'], 2, /"vessels" is not a table.*vessel_positions/],
    [['fly'], 2, /unknown command/],
    [['stats', '--fast'], 2, /unknown option/],
    [['generate'], 2, /--from and --to/],
    [['generate', '--from', 'yesterday', '--to', '2026-01-01'], 2, /"yesterday" is not an instant/],
    [['stats', '--config', '/nonexistent.yaml'], 3, /cannot read/],
    [['stats', '--api-endpoint', 'http://example.com'], 3, /in the clear/],
    [['stats', '--project', 'X'], 3, /not a project id/],
  ])('says in one line what is wrong with %j', async (args, code, message) => {
    const result = await call([...args]);
    expect(result.err).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.out).toBe('');
  });

  it('names every fault of a configuration at once', async () => {
    const config = join(folder, 'wrong.yaml');
    await writeFile(config, 'bigquery:\n  projectID: x\n  maxRetries: many\nserver: {}\n');
    const { code, err } = await call(['stats', '--config', config]);
    expect(code).toBe(3);
    for (const fault of ['projectID is not an option', 'maxRetries is not a number', 'server is not a section'])
      expect(err).toContain(fault);
  });

  it('reads its configuration', async () => {
    const where = place();
    const config = join(folder, 'right.yaml');
    await writeFile(
      config,
      `bigquery:\n  projectId: test-project\n  dataset: from_file\n  apiEndpoint: ${server.url}\n  location: US\nsynthesizer:\n  seed: 7\n  tables: [vessel_metadata]\n  state: ${where.at(-1)}\n`,
    );
    expect((await call(['initialize', 'small', '--json', '--config', config])).json).toMatchObject([
      { seed: '7', rows: { vessel_positions: 0, vessel_metadata: 20 } },
    ]);
    expect((await call(['stats', '--json', '--config', config])).json[0]).toMatchObject({ tables: { vessel_metadata: { rows: 20 } } });
  });

  it('has help', async () => {
    const { code, out } = await call(['--help']);
    expect(code).toBe(0);
    for (const command of ['initialize', 'start', 'stats', 'clear', 'clean', 'reset', 'generate', 'Exit codes'])
      expect(out).toContain(command);
    expect((await call(['initialize', '--help'])).out).toContain('10,000 / 500 / 100');
  });
});
