import type { TableSpec } from '@bqsync/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TableCount, TableCounts } from './table-counts.ts';

const NONE = { rows: 0, causes: [] };
const tables = ['a', 'b'].map((id) => ({ id }) as TableSpec);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Counts that take so long, each of them one row more than the one before. */
function countsThatTake(ms: number): { readonly counts: TableCounts; readonly asked: string[]; readonly faults: unknown[] } {
  const asked: string[] = [];
  const faults: unknown[] = [];
  const count = async ({ id }: TableSpec): Promise<TableCount> => {
    asked.push(id);
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { rows: asked.length, quarantine: NONE };
  };
  return { counts: new TableCounts(count, (error) => faults.push(error)), asked, faults };
}

async function rowsOf(counts: TableCounts, of = tables): Promise<Record<string, number | undefined>> {
  const looked = counts.of(of);
  await vi.advanceTimersByTimeAsync(3_000);
  return Object.fromEntries([...(await looked)].map(([id, { rows }]) => [id, rows]));
}

describe('TableCounts', () => {
  it('counts small tables at each look', async () => {
    const { counts } = countsThatTake(0);
    expect(await rowsOf(counts)).toEqual({ a: 1, b: 2 });
    expect(await rowsOf(counts)).toEqual({ a: 3, b: 4 });
  });

  it('counts a large one rarely, and shows the last count meanwhile', async () => {
    const { counts, asked } = countsThatTake(2_000);
    const [a] = tables;
    expect(await rowsOf(counts, [a!])).toEqual({ a: 1 });
    expect(await rowsOf(counts, [a!])).toEqual({ a: 1 });
    await vi.advanceTimersByTimeAsync(100_000);
    // Begun by this look, done after it.
    expect(await rowsOf(counts, [a!])).toEqual({ a: 1 });
    expect(await rowsOf(counts, [a!])).toEqual({ a: 2 });
    expect(asked).toEqual(['a', 'a']);
  });

  it('leaves a table out that takes long to count for the first time, and counts it once for all who look', async () => {
    const { counts, asked } = countsThatTake(4_000);
    expect(await rowsOf(counts)).toEqual({});
    expect(await rowsOf(counts)).toEqual({ a: 1 });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await rowsOf(counts)).toEqual({ a: 1, b: 2 });
    expect(asked).toEqual(['a', 'b']);
  });

  it('tells of what fails, and counts the others', async () => {
    const faults: unknown[] = [];
    const count = ({ id }: TableSpec): Promise<TableCount> =>
      id === 'a' ? Promise.reject(new Error('no')) : Promise.resolve({ rows: 5, quarantine: NONE });
    expect(await rowsOf(new TableCounts(count, (error) => faults.push(error)))).toEqual({ b: 5 });
    expect(faults).toEqual([new Error('no')]);
  });
});
