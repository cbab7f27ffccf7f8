/**
 * The number of a worker in checkpoints and audits: 32-bit FNV-1a over the UTF-8 bytes of `hostname-workerIndex`, without its highest bit,
 * so that it fits a non-negative `Int`. It depends on the durable name alone: the same on one host and on several, whatever else runs.
 * A collision would merge two workers' published checkpoints of one table, which are never read back; two workers collide with a
 * probability of 1 in 2^31.
 */
export function nodeIdOf(workerId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(workerId, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash & 0x7fffffff;
}

/** Durable over restarts, unique among the workers of a cluster. */
export function workerIdOf(hostname: string, workerIndex: number): string {
  return `${hostname}-${workerIndex}`;
}
