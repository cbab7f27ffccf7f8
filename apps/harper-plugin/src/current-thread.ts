import type { SyncThread } from './sync-thread.ts';

/** The plugin's module and its resources are loaded apart, but within one thread they share this. */
let current: SyncThread | undefined;

export function setCurrentThread(thread: SyncThread | undefined): void {
  current = thread;
}

export function currentThread(): SyncThread | undefined {
  return current;
}
