import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScenario } from '../scenario/build-scenario.ts';
import { TABLES } from '../tables/definitions.ts';
import { NdjsonWriter } from './ndjson-writer.ts';

const data = buildScenario({ scenario: 'small', seed: 1, end: '2026-08-01' });
const rows = [...data.rows('vessel_positions')];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndjson-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('NDJSON', () => {
  it('goes to a file for each table', async () => {
    const writer = new NdjsonWriter(join(folder, 'a', 'b'));
    await writer.write(TABLES.vessel_positions, rows.slice(0, 40));
    await writer.write(TABLES.vessel_positions, rows.slice(40));
    await writer.close();
    const text = await readFile(join(folder, 'a', 'b', 'vessel_positions.ndjson'), 'utf8');
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('goes to one stream with the name of the table', async () => {
    let text = '';
    const writer = new NdjsonWriter(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          text += chunk.toString();
          setImmediate(done);
        },
      }),
    );
    await writer.write(TABLES.vessel_positions, rows);
    await writer.close();
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows.map((row) => ({ table: 'vessel_positions', ...row })));
  });

  it('of positions is the same however it is made', async () => {
    const { fleet, range, sampling } = data;
    for (const [name, write] of [
      ['rows', (writer: NdjsonWriter) => writer.write(TABLES.vessel_positions, rows)],
      ['lines', (writer: NdjsonWriter) => writer.writePositions(fleet, range, sampling)],
    ] as const) {
      const writer = new NdjsonWriter(join(folder, name));
      expect([undefined, rows.length]).toContain(await write(writer));
      await writer.close();
    }
    const file = (name: string) => readFile(join(folder, name, 'vessel_positions.ndjson'), 'utf8');
    expect(await file('lines')).toBe(await file('rows'));
    expect(await file('lines')).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  });

  it('of positions stops on request', async () => {
    const writer = new NdjsonWriter(join(folder, 'stopped'));
    await expect(writer.writePositions(data.fleet, data.range, data.sampling, AbortSignal.abort())).rejects.toMatchObject({
      code: 'BQS_ABORTED',
    });
    await writer.close();
  });

  it('says when it cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const writer = new NdjsonWriter(join(folder, 'file'));
    await expect(writer.write(TABLES.vessel_positions, rows)).rejects.toMatchObject({ code: 'BQS_TARGET_UNAVAILABLE', retryable: false });
  });
});
