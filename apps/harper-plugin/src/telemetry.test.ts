import { expect, it } from 'vitest';
import { logTelemetry } from './telemetry.ts';

it('a second read of a whole table is said and priced', () => {
  const lines: string[] = [];
  const log = logTelemetry({ warn: (line: unknown) => lines.push(String(line)) });
  const whole = { bytesBilled: 2 ** 40, usd: 6.25 };
  log.event({ type: 'generation', tableId: 'ports', from: undefined, to: 'g', wholeRead: whole });
  expect(lines).toEqual([]);
  log.event({ type: 'generation', tableId: 'ports', from: 'f', to: 'g', wholeRead: whole });
  log.event({ type: 'generation', tableId: 'ports', from: 'f', to: 'g', wholeRead: undefined });
  expect(lines).toEqual([
    'bqsync ports: the source table or its mapping changed: it is read again whole: up to 1 TB, $6.25',
    'bqsync ports: the source table or its mapping changed: it is read again whole',
  ]);
});
