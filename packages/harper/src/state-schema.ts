/**
 * Names of all state tables, this package's and the plugin's, in the database given as `stateDatabase`. The one list: no target may have such a
 * name, in whichever database.
 */
export const STATE_TABLES = {
  progress: 'SyncTable',
  window: 'SyncWindow',
  unit: 'SyncUnit',
  checkpoint: 'SyncCheckpoint',
  audit: 'SyncAudit',
  node: 'SyncNode',
  control: 'SyncControl',
  worker: 'SyncWorker',
  request: 'SyncRequest',
} as const;

const NAMES: ReadonlySet<string> = new Set(Object.values(STATE_TABLES));

/** Whether a table of this name is state. Harper tells names apart by case. */
export function isStateTable(name: string): boolean {
  return NAMES.has(name);
}

/**
 * The GraphQL schema of this package's state tables, for Harper's `graphqlSchema` component. None is exported over REST. They lie in Harper's default
 * database, where the targets lie by default too: rows and progress are then one transaction.
 */
export const STATE_SCHEMA = `# State of bqsync. Belongs to it: read, never write. No table here is exported over REST.

"How far each table is by what a node wrote; written only together with the rows it speaks of."
type SyncTable @table {
  "{tableId}@{node}"
  id: ID @primaryKey
  tableId: String @indexed
  node: String
  generation: String
  epoch: Int
  schemaHash: String
  stage: String
  window: Any
  completedWindowId: String
  completedRange: Any
  frontier: String
  maxCursor: String
  snapshot: String
  sweepSnapshot: String
  sweepFrontier: String
  firstSnapshot: String
  nullsDone: Boolean
  staleRows: Boolean
  rescan: String
  seen: Any
  touched: String
  healing: Boolean
  cleared: Int
  heard: Any
  counters: Any
  spend: Any
}

"The window of each table that is about to be opened or being read, and who reads it."
type SyncWindow @table {
  "{tableId}@{node}"
  id: ID @primaryKey
  tableId: String
  request: Any
  generation: String
  epoch: Int
  schemaHash: String
  workerId: String
  bootId: String
  probe: Any
}

"Units of a large window that several threads read: present while it is open."
type SyncUnit @table {
  "{tableId}@{node}/{index}"
  id: ID @primaryKey
  tableId: String
  windowId: String
  index: Int
  startRow: Long
  endRow: Long
  rowsDone: Long
  commits: Long
  versions: Long
  maxCursor: String
  inserted: Long
  updated: Long
  unchanged: Long
  superseded: Long
  quarantined: Long
}

"Published progress: one record a table and owner."
type SyncCheckpoint @table {
  "{tableId}_{nodeId}"
  id: ID @primaryKey
  tableId: String @indexed
  nodeId: Int
  "Every row with a smaller timestamp that was visible at the last snapshot is in the target."
  lastTimestamp: String
  recordsIngested: Long
  lastSyncTime: String
  phase: String
  batchSize: Int
}

"Rows that could not be stored (status quarantined), and results of verification."
type SyncAudit @table {
  id: ID @primaryKey
  timestamp: String
  tableId: String @indexed
  nodeId: Int
  bigQueryCount: Long
  harperCount: Long
  delta: Long
  status: String
  reason: String
  recordSample: String
  "Of a quarantined row: its key, where it has one"
  key: String
  "How often it was rejected"
  count: Int
  "Where it lies in the source, by the timestamp column: from, to (exclusive), and whether rows without a timestamp are meant"
  rangeFrom: String
  rangeTo: String
  rangeNulls: String
}
`;
