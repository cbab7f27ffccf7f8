/**
 * The environment of every Harper of a run. With `unsafeCommits` the plugin commits fewer than 100 writes as one transaction, which Harper's
 * replicas can drop: a run must then find the rows that are missing.
 */
export function environmentOf(unsafeCommits: boolean): Readonly<Record<string, string>> {
  return unsafeCommits ? { BQSYNC_UNSAFE_COMMITS: '1' } : {};
}
