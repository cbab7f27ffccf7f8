import type { MemoryTargetOptions } from '@bqsync/core/memory';
import type { DurableTarget } from '../memory/durable-target.ts';
import type { BrokenAdapter } from './broken-adapter.ts';
import * as commit from './commit-faults.ts';
import * as record from './record-faults.ts';
import * as repair from './repair-faults.ts';
import * as row from './row-faults.ts';

type TargetClass = new (options: MemoryTargetOptions) => DurableTarget;

/** Targets that lose, double or change rows or records, each in one way: `memoryTargetHarness(adapter)` runs one. */
export const brokenTargets: readonly BrokenAdapter<TargetClass>[] = [
  { fault: 'forgets a row', caughtBy: 'rows/complete', adapter: row.ForgetsARow },
  { fault: 'truncates microseconds', caughtBy: 'rows/instants', adapter: row.TruncatesMicroseconds },
  { fault: 'rounds integers beyond 2^53', caughtBy: 'rows/numbers', adapter: row.RoundsIntegers },
  { fault: 'stores empty text as NULL', caughtBy: 'rows/texts-and-bytes', adapter: row.StoresEmptyTextAsNull },
  { fault: 'lets an older snapshot overwrite a newer one', caughtBy: 'versions/older-stays-out', adapter: row.OlderSnapshotOverwrites },
  { fault: 'lets the last arrival win within a snapshot', caughtBy: 'versions/greatest-cursor', adapter: row.LastArrivalWins },
  { fault: 'ignores the content of ties', caughtBy: 'versions/greatest-content', adapter: row.IgnoresContentOfTies },
  { fault: 'ignores compare = false', caughtBy: 'versions/uncompared-unchanged', adapter: row.IgnoresCompareOff },
  { fault: 'writes contested rows', caughtBy: 'versions/contested', adapter: row.WritesContestedRows },
  { fault: 'names one contested key only', caughtBy: 'versions/contested', adapter: row.NamesOneContestedKeyOnly },
  { fault: 'stores nested values as text', caughtBy: 'rows/nested-values', adapter: row.StoresNestedValuesAsText },
  { fault: 'keeps old values where the new ones are NULL', caughtBy: 'versions/newer-replaces', adapter: row.KeepsOldValuesForNull },
  { fault: 'fences deletion', caughtBy: 'stale/unfenced', adapter: row.FencesDeletion },
  { fault: 'deletes rows on the bound as stale', caughtBy: 'stale/bounded', adapter: row.DeletesRowsOnTheBound },
  { fault: 'deletes one batch of stale rows only', caughtBy: 'stale/bounded', adapter: row.DeletesOneBatchOnly },
  { fault: 'deletes stale rows of every table', caughtBy: 'prepare/isolated', adapter: row.DeletesFromEveryTable },
  { fault: 'deletes progress with stale rows', caughtBy: 'stale/records-stay', adapter: row.DeletesProgressToo },

  { fault: 'acknowledges before durable', caughtBy: 'transaction/durable', adapter: commit.AcknowledgesBeforeDurable },
  { fault: 'commits the checkpoint before its rows', caughtBy: 'transaction/failed', adapter: commit.CommitsCheckpointFirst },
  { fault: 'commits progress before its rows', caughtBy: 'transaction/failed', adapter: commit.CommitsProgressFirst },
  { fault: 'clears units before the commit', caughtBy: 'transaction/before-stays', adapter: commit.ClearsUnitsFirst },
  { fault: 'stores the unit of a failed commit', caughtBy: 'transaction/failed', adapter: commit.StoresTheUnitOfAFailedCommit },
  { fault: 'stores other rows of a failed commit', caughtBy: 'transaction/failed', adapter: commit.StoresOtherRowsOfAFailedCommit },
  { fault: 'swallows a failed commit', caughtBy: 'transaction/failed', adapter: commit.SwallowsAFailedCommit },
  { fault: 'drops a failed batch when it is retried', caughtBy: 'transaction/retried', adapter: commit.DropsAFailedBatchWhenRetried },
  { fault: 'ignores the window of the fence', caughtBy: 'fence/other-window', adapter: commit.IgnoresTheWindowOfTheFence },
  { fault: 'ignores the boot of the fence', caughtBy: 'fence/other-boot', adapter: commit.IgnoresTheBootOfTheFence },
  { fault: 'ignores what the progress has touched', caughtBy: 'fence/touched', adapter: commit.IgnoresWhatWasTouched },
  { fault: 'lets a slower thread overwrite a unit', caughtBy: 'fence/unit', adapter: commit.OverwritesUnits },
  { fault: 'drops quarantine', caughtBy: 'quarantine/kept', adapter: commit.DropsQuarantine },
  { fault: 'keeps the last quarantine only', caughtBy: 'quarantine/durable', adapter: commit.KeepsLastQuarantineOnly },
  { fault: 'counts rows on the bound as late', caughtBy: 'late/counted', adapter: commit.CountsRowsOnTheBoundAsLate },
  { fault: 'counts unchanged rows as late', caughtBy: 'late/only-changed', adapter: commit.CountsUnchangedRowsAsLate },
  { fault: 'counts no rejected rows', caughtBy: 'rows/counted', adapter: commit.CountsNoRejectedRows },
  { fault: 'makes the target anew at each start', caughtBy: 'prepare/idempotent', adapter: commit.MakesTheTargetAnew },
  { fault: 'says that a new target existed', caughtBy: 'prepare/created', adapter: commit.SaysTheTargetExisted },
  { fault: 'makes targets unasked', caughtBy: 'prepare/missing', adapter: commit.MakesTargetsUnasked },
  { fault: 'records another outcome than it returns', caughtBy: 'rows/recorded-outcome', adapter: commit.RecordsAnotherOutcome },
  { fault: 'counts all as late without a bound', caughtBy: 'late/unbounded', adapter: commit.CountsAllAsLateWithoutABound },
  { fault: 'commits rows without their records', caughtBy: 'transaction/record-throws', adapter: commit.CommitsRowsWithoutTheirRecords },
  { fault: 'leaves out commits without rows', caughtBy: 'transaction/records-alone', adapter: commit.LeavesOutCommitsWithoutRows },
  { fault: 'takes commits without a window', caughtBy: 'fence/no-window', adapter: commit.TakesCommitsWithoutAWindow },

  { fault: 'repairs by the newest snapshot of all ranges', caughtBy: 'repair/each-snapshot', adapter: repair.TakesTheNewestSnapshot },
  { fault: 'deletes rows that are in quarantine', caughtBy: 'repair/quarantined-rows', adapter: repair.DeletesQuarantinedRows },
  { fault: 'deletes as many as allowed', caughtBy: 'repair/limit', adapter: repair.DeletesAsManyAsAllowed },
  { fault: 'deletes rows of a range though not asked to', caughtBy: 'repair/limit', adapter: repair.DeletesUnasked },
  { fault: 'deletes rows on the end of a range', caughtBy: 'repair/absent', adapter: repair.DeletesRowsOnTheEnd },
  { fault: 'deletes rows without a cursor from any range', caughtBy: 'repair/nulls', adapter: repair.TakesNullsForAnyRange },
  { fault: 'settles quarantine that was rejected again', caughtBy: 'repair/resolved', adapter: repair.SettlesWhatWasRejectedAgain },
  { fault: 'settles no quarantine', caughtBy: 'repair/resolved', adapter: repair.SettlesNothing },
  { fault: 'fences the end of a repair', caughtBy: 'repair/unfenced', adapter: repair.FencesTheEnd },
  { fault: 'ignores keepFrom', caughtBy: 'repair/keep-from', adapter: repair.IgnoresKeepFrom },

  { fault: 'merges progress instead of replacing it', caughtBy: 'progress/replaced-whole', adapter: record.MergesProgress },
  { fault: 'returns a damaged record as progress', caughtBy: 'progress/damaged', adapter: record.TakesDamagedProgressForProgress },
  { fault: 'is fenced by damaged progress', caughtBy: 'fence/damaged', adapter: record.IsFencedByDamagedProgress },
  { fault: 'loses intents on restart', caughtBy: 'intent/exact', adapter: record.LosesIntentsOnRestart },
  { fault: 'cuts the bounds of intents to milliseconds', caughtBy: 'intent/exact', adapter: record.CutsBoundsOfIntents },
  { fault: 'gives the bounds of intents as BigInts', caughtBy: 'json/plain', adapter: record.GivesBoundsAsBigInts },
  { fault: 'keeps the first intent', caughtBy: 'intent/last-wins', adapter: record.KeepsTheFirstIntent },
  { fault: 'takes units of any window', caughtBy: 'units/own-window', adapter: record.TakesUnitsOfAnyWindow },
  { fault: 'loads units in the order of writing', caughtBy: 'units/in-order', adapter: record.LoadsUnitsInOrderOfWriting },
  { fault: 'clears all units', caughtBy: 'units/cleared', adapter: record.ClearsAllUnits },
  { fault: 'publishes no checkpoint', caughtBy: 'units/checkpoints', adapter: record.PublishesNoCheckpoint },
  { fault: 'gives the intent of another table', caughtBy: 'intent/absent', adapter: record.GivesTheIntentOfAnotherTable },
  { fault: 'begins progress by itself', caughtBy: 'progress/absent', adapter: record.BeginsProgressByItself },
  { fault: 'forgets progress where a commit records none', caughtBy: 'progress/kept', adapter: record.ForgetsProgressNotRecorded },
  { fault: 'merges units instead of replacing them', caughtBy: 'units/replaced-whole', adapter: record.MergesUnits },
];
