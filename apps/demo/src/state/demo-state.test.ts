import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, readState, resetState, StateStore } from './demo-state.ts';
import { statePaths, type StatePaths } from './paths.ts';

const NOW = new Date('2026-08-01T12:00:00.789Z');
const nothing = { scenario: undefined, seed: undefined };
let dir: string;
let paths: StatePaths;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bqsync-state-'));
  paths = statePaths(dir);
  makeFolders(paths);
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe('the kept state', () => {
  it('begins as realistic with seed 1 and ends its history at a whole second', () => {
    expect(StateStore.open(paths, nothing, NOW).current).toMatchObject({
      scenario: 'realistic',
      seed: '1',
      end: '2026-08-01T12:00:00.000000Z',
      loaded: false,
    });
  });

  it('goes on with its own scenario and seed, whenever that is', () => {
    const first = StateStore.open(paths, { scenario: 'small', seed: 'x' }, NOW);
    first.update({ loaded: true });
    const again = StateStore.open(paths, nothing, new Date('2027-01-01T00:00:00Z'));
    expect(again.current).toEqual({ ...first.current, loaded: true });
    expect(StateStore.open(paths, { scenario: 'small', seed: 'x' }, NOW).current).toEqual(again.current);
  });

  it.each([
    ['scenario', { scenario: 'stress', seed: undefined }],
    ['seed', { scenario: undefined, seed: '2' }],
  ] as const)('refuses another %s in one line that names --reset', (name, wishes) => {
    StateStore.open(paths, { scenario: 'small', seed: '1' }, NOW);
    const open = () => StateStore.open(paths, wishes, NOW);
    expect(open).toThrow(expect.objectContaining({ code: 'BQS_USAGE', hint: expect.stringContaining('--reset') }));
    expect(open).toThrow(name);
  });

  it.each(['{', '[]', '{"format":1,"scenario":"huge"}', '{"format":99}'])('refuses a damaged file: %s', (text) => {
    writeFileSync(paths.state, text);
    expect(() => readState(paths)).toThrow(expect.objectContaining({ code: 'BQS_USAGE', hint: expect.stringContaining('--reset') }));
  });

  it('is deleted by --reset, with all that a demo made and nothing else', () => {
    StateStore.open(paths, nothing, NOW);
    mkdirSync(join(paths.harper, 'hdb'), { recursive: true });
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    writeFileSync(join(dir, 'lock.json'), '{}');
    resetState(paths);
    expect(readdirSync(dir).sort()).toEqual(['lock.json', 'notes.txt']);
  });

  it('in a folder that is a file is refused in one line', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => {
      makeFolders(statePaths(file));
    }).toThrow(expect.objectContaining({ code: 'BQS_USAGE', hint: expect.stringContaining('--state') }));
    expect(existsSync(file)).toBe(true);
  });
});
