import { expect, it } from 'vitest';
import { costOf } from './usage.ts';

const reads = (backfill: number, tail = 0) => ({
  storageRead: {
    sessions: 1,
    bytesRead: backfill + tail,
    temporaryBytesRead: 50,
    traces: { 'bqsync:a:backfill': backfill / 2, 'bqsync:b:backfill': backfill / 2, 'bqsync:a:tail': tail },
  },
  rowsRead: {},
});
const totals = (bytesProcessed: number, bytesBilled: number) => ({ jobs: 1, bytesProcessed, bytesBilled });
const before = { ...totals(500, 5_000), ...reads(0), labels: { bqsync_kind: { backfill: totals(400, 4_000) } } };
const after = {
  ...totals(10_000, 90_000),
  ...reads(0),
  labels: {
    bqsync_kind: { backfill: totals(4_400, 34_000), tail: totals(1_000, 10_000), verify: totals(200, 2_000) },
    bqsync_demo: { verdict: totals(3_000, 30_000) },
  },
};

it('is what this run used, with verification apart', () => {
  expect(costOf(after, before)).toEqual({ bytesScanned: 6_300, bytesBilled: 53_000, backfillBytes: 4_000, verifyBytes: 3_200 });
});

it('counts a query without labels as the sync, so that nothing it reads can hide', () => {
  const unlabelled = { ...after, bytesProcessed: after.bytesProcessed + 777 };
  expect(costOf(unlabelled, before).bytesScanned).toBe(6_300 + 777);
});

it('counts what was read by sessions over tables, polls apart from the backfill', () => {
  expect(costOf({ ...after, ...reads(300) }, before)).toMatchObject({ bytesScanned: 6_600, bytesBilled: 53_300, backfillBytes: 4_300 });
  expect(costOf({ ...after, ...reads(300, 20) }, before)).toMatchObject({ bytesScanned: 6_620, bytesBilled: 53_320, backfillBytes: 4_300 });
});

it('is nothing when nothing ran', () => {
  expect(costOf(before, before)).toEqual({ bytesScanned: 0, bytesBilled: 0, backfillBytes: 0, verifyBytes: 0 });
});
