/** What was thrown, in its own words. Harper also throws plain objects with a message. */
export function plainMessage(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** Whether Harper's storage could not write, or Harper takes an earlier such write of the thread for one that is still under way. */
export function isStorageFailure(error: unknown): boolean {
  return /^Commit failed \(see commitError|too long of queue|Input\/output error|No space left|MDB_MAP_FULL/.test(plainMessage(error));
}
