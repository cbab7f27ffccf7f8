import type { MemoryTargetOptions } from '@bqsync/core/memory';
import type { NodesStore, NodesTarget } from '../memory/nodes-target.ts';
import type { BrokenAdapter } from './broken-adapter.ts';
import * as nodes from './nodes-faults.ts';

type TargetClass = new (options: MemoryTargetOptions, store: NodesStore, node: string) => NodesTarget;

/** Targets of several nodes that mix up their records or versions, each in one way: `memoryNodesHarness(adapter)` runs one. */
export const brokenNodes: readonly BrokenAdapter<TargetClass>[] = [
  { fault: 'shows its own record among those of others', caughtBy: 'nodes/own-invisible', adapter: nodes.ShowsItsOwnRecord },
  { fault: 'loses what the progress of others accounts for', caughtBy: 'nodes/others-visible', adapter: nodes.LosesWhatOthersAccountFor },
  { fault: 'takes damaged records of others for progress', caughtBy: 'nodes/damaged-left-out', adapter: nodes.TakesDamagedRecordsOfOthers },
  { fault: 'finds tables by the beginning of their id', caughtBy: 'nodes/tables-apart', adapter: nodes.FindsTablesByTheirBeginning },
  { fault: 'keeps one record for all nodes', caughtBy: 'nodes/own-progress', adapter: nodes.KeepsOneRecordForAllNodes },
  { fault: 'clears the units of all nodes', caughtBy: 'nodes/own-progress', adapter: nodes.ClearsTheUnitsOfAllNodes },
  { fault: 'shares intents between nodes', caughtBy: 'nodes/own-intents', adapter: nodes.SharesIntents },
  { fault: 'does not see units arrive', caughtBy: 'nodes/arrivals', adapter: nodes.SeesNoUnitsArrive },
  { fault: 'tells of the writing of all nodes', caughtBy: 'nodes/arrivals-named', adapter: nodes.TellsOfAllNodes },
  {
    fault: 'lifts rows above a quarantine record of another node',
    caughtBy: 'nodes/quarantine-version',
    adapter: nodes.LiftsRowsAboveQuarantine,
  },
  {
    fault: 'lifts rows above a checkpoint of another node',
    caughtBy: 'nodes/checkpoint-version',
    adapter: nodes.LiftsRowsAboveCheckpoint,
  },
];
