import { describe, expect, it } from 'vitest';
import { exitCodeOf, type Finding } from './finding.ts';
import { findingCounts, findingLines } from './finding-lines.ts';
import { coloursFor } from '../output/colours.ts';

const finding = (code?: Finding['code']): Finding =>
  code === undefined
    ? { level: 'warning', check: 'price', message: 'dear' }
    : { level: 'error', table: 't', check: 'source', message: 'bad', code };

describe('findings', () => {
  it('exit by the worst: warnings with 0, errors by the first group on the way from configuration to target', () => {
    expect(exitCodeOf([])).toBe(0);
    expect(exitCodeOf([finding()])).toBe(0);
    expect(exitCodeOf([finding('BQS_TARGET_MISSING'), finding('BQS_SOURCE_DENIED')])).toBe(4);
    expect(exitCodeOf([finding('BQS_TARGET_MISSING'), finding('BQS_INTERNAL')])).toBe(5);
    expect(exitCodeOf([finding('BQS_CONFIG_INVALID'), finding('BQS_SOURCE_DENIED')])).toBe(3);
    expect(exitCodeOf([finding('BQS_INTERNAL')])).toBe(1);
  });

  it('are counted and shown by table, with their fix', () => {
    const findings = [finding(), { ...finding('BQS_SOURCE_DENIED'), fix: 'grant it' }];
    expect(findingCounts(findings)).toBe('1 error, 1 warning');
    expect(findingCounts([])).toBe('everything is in order');
    expect(findingLines(findings, coloursFor(false))).toEqual([
      'warning  price       dear',
      '',
      't',
      'error    source      bad',
      '         →           grant it',
    ]);
  });
});
