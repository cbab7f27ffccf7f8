import { Writable } from 'node:stream';
import { base, en, Faker } from '@faker-js/faker';
import { createFleet, NdjsonWriter, positions, samplingOf, TABLES, timeRange, type VesselPositionRow } from '@bqsync/synthesizer';
import { type Line, over } from '../line.ts';
import { inTurn } from '../timing.ts';

const ROWS = 20_000;
const BATCH = 1000;
const ROUNDS = 7;
const STATUSES = ['at anchor', 'moored', 'under way using engine'] as const;

export const synthesizer: Line = {
  name: 'synthesizer',
  title: 'synthesizer rows/s to NDJSON, one core',
  against: 'faker making the same row',
  unit: 'rows/s',
  target: { atLeast: 20 },
  rows: `${ROWS} vessel positions of ${TABLES.vessel_positions.columns.length} columns, written as NDJSON to nowhere`,
  async measure() {
    const fleet = createFleet({ vessels: 5000, seed: 'bench' });
    const range = timeRange('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
    const sampling = samplingOf(range, ROWS);
    const faker = new Faker({ locale: [en, base], seed: 1 });
    const from = new Date('2026-01-01T00:00:00Z');
    const { oursMs, theirsMs } = await inTurn(
      { ours: () => new NdjsonWriter(nowhere()).writePositions(fleet, range, sampling), theirs: () => write(fakeRows(faker, from)) },
      ROUNDS,
    );
    const { oursMs: rowsMs } = await inTurn({ ours: () => write(positions(fleet, range, sampling)), theirs: () => undefined }, ROUNDS);
    const ready = [...positions(fleet, range, sampling)];
    const { oursMs: readyMs } = await inTurn({ ours: () => write(ready), theirs: () => undefined }, ROUNDS);
    const note = `as objects, written row by row: ${thousands(rate(rowsMs))} rows/s; writing ready rows alone: ${thousands(rate(readyMs))} rows/s`;
    return over(rate(oursMs), rate(theirsMs), note);
  },
};

function rate(ms: number): number {
  return (ROWS / ms) * 1000;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function write(rows: Iterable<VesselPositionRow>): Promise<void> {
  const writer = new NdjsonWriter(nowhere());
  let batch: VesselPositionRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    await writer.write(TABLES.vessel_positions, batch);
    batch = [];
  }
  await writer.write(TABLES.vessel_positions, batch);
}

/** The same fields, in the same formats, by the means that faker has for each. */
function* fakeRows(faker: Faker, from: Date): Generator<VesselPositionRow> {
  for (let n = 0; n < ROWS; n++) {
    const at = new Date(from.getTime() + n * 4320);
    yield {
      timestamp: micros(faker.date.between({ from: at, to: at.getTime() + 4320 })),
      mmsi: faker.string.numeric(9),
      imo: `IMO${faker.string.numeric(7)}`,
      vessel_name: `${faker.person.firstName()} ${faker.location.city()}`.toUpperCase(),
      vessel_type: faker.helpers.arrayElement(['container', 'tanker']) as VesselPositionRow['vessel_type'],
      flag: faker.location.countryCode(),
      length: faker.number.int({ min: 80, max: 400 }),
      beam: faker.number.int({ min: 12, max: 60 }),
      draft: faker.number.float({ min: 4, max: 16, fractionDigits: 1 }),
      latitude: faker.location.latitude({ precision: 6 }),
      longitude: faker.location.longitude({ precision: 6 }),
      speed_knots: faker.number.float({ min: 0, max: 24, fractionDigits: 1 }),
      course: faker.number.int({ min: 0, max: 359 }),
      heading: faker.number.int({ min: 0, max: 359 }),
      status: faker.helpers.arrayElement(STATUSES) as VesselPositionRow['status'],
      destination: faker.location.city(),
      eta: micros(faker.date.soon({ refDate: at, days: 10 })),
      report_date: at.toISOString().slice(0, 10).replaceAll('-', ''),
    };
  }
}

function micros(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
