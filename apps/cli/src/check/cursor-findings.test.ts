import { tableSpec } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { cursorFindings } from './cursor-findings.ts';

const table = tableSpec({ id: 'ports', cursorColumn: 'ts' });
const said = (cursorLeadSeconds: number | undefined) =>
  cursorFindings(table, { cursorLeadSeconds }).map(({ level, message }) => [level, message]);
const HOUR = 3600;

describe('a cursor beside the clock of BigQuery', () => {
  it.each([undefined, 0, -30, 300, -700])('is in step with it: %s s', (lead) => {
    expect(said(lead)).toEqual([]);
  });

  it.each([
    [-8 * HOUR, '8 h behind'],
    [-8 * HOUR - 80, '8 h behind'],
    [9 * HOUR - 20, '9 h ahead of'],
    [-5.5 * HOUR, '5.5 h behind'],
  ])('runs some hours from it, as local time does: %s s', (lead, text) => {
    expect(said(lead)).toEqual([
      ['warning', `cursor ts of ports runs ${text} BigQuery's clock: looks like local time; lateness is measured from both`],
    ]);
  });

  it('lies elsewhere: behind a load of each day, or with one row of the future', () => {
    expect(said(-20 * HOUR - 1000)[0]![1]).toContain("behind BigQuery's clock when the table was last written");
    expect(said(2e11)[0]![1]).toContain('more than a day ahead');
    expect([said(-20 * HOUR)[0]![0], said(2e11)[0]![0]]).toEqual(['ok', 'ok']);
  });
});
