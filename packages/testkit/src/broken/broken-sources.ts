import type { MemorySource, MemorySourceOptions } from '@bqsync/core/memory';
import type { BrokenAdapter } from './broken-adapter.ts';
import * as description from './description-faults.ts';
import * as source from './source-faults.ts';

type SourceClass = new (options: MemorySourceOptions) => MemorySource;

/** Sources that lose, double, change or reorder rows, each in one way: `memorySourceHarness(adapter)` runs one. */
export const brokenSources: readonly BrokenAdapter<SourceClass>[] = [
  { fault: 'scans again where a result is gone', caughtBy: 'open/expired-id', adapter: source.ScansAgainWhereAResultIsGone },
  {
    fault: 'leaves out columns that are missing',
    caughtBy: 'describe/missing-column',
    adapter: description.LeavesOutColumnsThatAreMissing,
  },
  { fault: 'leaves out the last row', caughtBy: 'read/complete', adapter: source.LeavesOutTheLastRow },
  { fault: 'reorders rows when they are read again', caughtBy: 'read/repeatable', adapter: source.ReordersWhenReadAgain },
  { fault: 'swaps pages', caughtBy: 'read/complete', adapter: source.SwapsPages },
  { fault: 'truncates microseconds', caughtBy: 'read/instants', adapter: source.TruncatesMicrosecondsRead },
  { fault: 'rounds integers beyond 2^53', caughtBy: 'read/numbers', adapter: source.RoundsIntegersRead },
  { fault: 'resumes one row too far', caughtBy: 'read/resumed', adapter: source.ResumesOneRowTooFar },
  { fault: 'resumes at the start of the page', caughtBy: 'read/resumed', adapter: source.ResumesAtThePage },
  { fault: 'ends early', caughtBy: 'read/complete', adapter: source.EndsEarly },
  { fault: 'gives a page twice', caughtBy: 'read/complete', adapter: source.GivesAPageTwice },
  { fault: 'reads past the end of the unit', caughtBy: 'read/complete', adapter: source.ReadsPastTheUnit },
  { fault: 'ends quietly where a read fails', caughtBy: 'open/expired', adapter: source.EndsQuietlyWhereAReadFails },
  { fault: 'opens a second scan for the same id', caughtBy: 'open/same-id-one-scan', adapter: source.ScansAgainForOneId },
  { fault: 'forgets what a resumed window cost', caughtBy: 'open/same-id-one-scan', adapter: source.BillsNothingWhenResumed },
  { fault: 'gives other rows under the same id', caughtBy: 'open/same-id-same-rows', adapter: source.GivesOtherRowsUnderOneId },
  { fault: 'reads the live table', caughtBy: 'open/fixed', adapter: source.ReadsTheLiveTable },
  { fault: 'gives every window the same snapshot', caughtBy: 'open/rising-snapshots', adapter: source.SnapshotStandsStill },
  { fault: 'leaves out the lower bound', caughtBy: 'range/from', adapter: source.LeavesOutTheLowerBound },
  { fault: 'includes the upper bound', caughtBy: 'range/to', adapter: source.IncludesTheUpperBound },
  { fault: 'starts in 1970', caughtBy: 'range/unbounded', adapter: source.StartsIn1970 },
  { fault: 'never reads rows without a cursor', caughtBy: 'range/nulls-included', adapter: source.NeverReadsNulls },
  { fault: 'numbers identical rows by page', caughtBy: 'read/ordinals', adapter: source.NumbersIdenticalRowsByPage },
  { fault: 'has a probe that never changes', caughtBy: 'describe/probe', adapter: description.ProbeNeverChanges },
  { fault: 'forgets a day in the outline', caughtBy: 'outline/complete', adapter: description.OutlineForgetsADay },
  { fault: 'opens a window when asked to stop', caughtBy: 'open/aborted', adapter: source.OpensWhenAskedToStop },
  { fault: 'invents a unit of an empty window', caughtBy: 'open/empty', adapter: description.InventsAUnitOfAnEmptyWindow },
  { fault: 'names columns in the order asked', caughtBy: 'describe/columns', adapter: description.NamesColumnsInTheOrderAsked },
  { fault: 'leaves out the columns of the key', caughtBy: 'describe/key-columns', adapter: description.LeavesOutTheKey },
  { fault: 'passes errors of the vendor on', caughtBy: 'describe/missing-table', adapter: description.PassesErrorsOfTheVendorOn },
  { fault: 'guesses the cursor column', caughtBy: 'describe/missing-cursor', adapter: description.GuessesTheCursorColumn },
  { fault: 'scans to describe', caughtBy: 'describe/free', adapter: description.ScansToDescribe },
  { fault: 'takes a table made again for the old one', caughtBy: 'describe/recreated', adapter: description.RecreatedKeepsItsCreationTime },
  { fault: 'has its outline out of order', caughtBy: 'outline/ordered', adapter: description.OutlineIsOutOfOrder },
  { fault: 'denies rows without a cursor in the outline', caughtBy: 'outline/nulls', adapter: description.OutlineDeniesNulls },
];
