import type { WriterView } from '../ports/state.ts';

/**
 * The candidate that owns a key, by rendezvous hashing (highest random weight: Thaler and Ravishankar, 1998): every worker that
 * knows the same candidates answers the same, and when one leaves only its own keys move. Undefined without candidates.
 * `holder`: one that keeps the key while it is a candidate (see {@link holderOf}).
 */
export function ownerOf(key: string, candidates: readonly string[], holder?: string): string | undefined {
  if (holder !== undefined && candidates.includes(holder)) return holder;
  let owner: string | undefined;
  let best = -1;
  for (const candidate of candidates) {
    const weight = weightOf(key, candidate);
    if (weight > best || (weight === best && owner !== undefined && candidate < owner)) {
      best = weight;
      owner = candidate;
    }
  }
  return owner;
}

/**
 * The candidate that has a window of a table in hand, by what each last said of its own writing: the one that wrote last, if it is in the middle of
 * one. It stays the owner, so that a node that comes back does not have the same window read again. What a node said that is no candidate any more
 * may have reached some of the others only: they would choose differently, and none might run the table.
 */
export function holderOf(
  said: ReadonlyMap<string, Pick<WriterView, 'touched' | 'reading'>>,
  candidates: readonly string[],
): string | undefined {
  let last: readonly [string, Pick<WriterView, 'touched' | 'reading'>] | undefined;
  for (const entry of said) {
    if (!candidates.includes(entry[0])) continue;
    if (last === undefined || (entry[1].touched ?? '') > (last[1].touched ?? '')) last = entry;
  }
  return last?.[1].reading === true ? last[0] : undefined;
}

/** A 32-bit weight: FNV-1a over both names, finished by a full avalanche so that names that differ in one digit spread. */
function weightOf(key: string, candidate: string): number {
  let hash = 0x811c9dc5;
  const text = `${candidate}\u0000${key}`;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Spreads keys evenly: each goes to its heaviest candidate that has not yet its share of `ceil(keys / candidates)`. For workers that come
 * and go together, such as the threads of one node, where an even spread matters more than few moves.
 */
export function spreadOver(keys: readonly string[], candidates: readonly string[]): Map<string, string> {
  const share = Math.ceil(keys.length / Math.max(1, candidates.length));
  const load = new Map<string, number>();
  const spread = new Map<string, string>();
  for (const key of [...keys].sort()) {
    const open = candidates.filter((candidate) => (load.get(candidate) ?? 0) < share);
    const owner = ownerOf(key, open);
    if (owner === undefined) continue;
    spread.set(key, owner);
    load.set(owner, (load.get(owner) ?? 0) + 1);
  }
  return spread;
}
