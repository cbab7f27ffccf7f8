import { describe, expect, it } from 'vitest';
import { CLAIMS_BYTES, VersionClaims } from './version-claims.ts';

const SNAPSHOT_MS = 1_795_960_435_602;

describe('versions in use', () => {
  it('are never given twice, by whichever thread and for whichever table', () => {
    const memory = new SharedArrayBuffer(CLAIMS_BYTES);
    const threads = [new VersionClaims(memory), new VersionClaims(memory), new VersionClaims(memory)];
    const given = new Set<number>();
    for (let write = 0; write < 1_000; write++) for (const thread of threads) given.add(thread.claim(SNAPSHOT_MS + write * 0.001));
    expect(given.size).toBe(3_000);
  });

  it('stay near what was wanted, on the side that was wanted', () => {
    const claims = new VersionClaims();
    expect(claims.claim(SNAPSHOT_MS)).toBe(SNAPSHOT_MS);
    expect(claims.claim(SNAPSHOT_MS)).toBe(SNAPSHOT_MS + 2 ** -12);
    expect(claims.claim(SNAPSHOT_MS, -1)).toBe(SNAPSHOT_MS - 2 ** -12);
  });

  it('are free again a while after their write has ended, not before', () => {
    let now = 1_000_000;
    const claims = new VersionClaims(undefined, () => now);
    claims.claim(SNAPSHOT_MS);
    now += 60_000;
    expect(claims.claim(SNAPSHOT_MS), 'its write is still going on').not.toBe(SNAPSHOT_MS);
    claims.release(SNAPSHOT_MS);
    now += 2_000;
    expect(claims.claim(SNAPSHOT_MS), 'just written').not.toBe(SNAPSHOT_MS);
    now += 4_000;
    expect(claims.claim(SNAPSHOT_MS)).toBe(SNAPSHOT_MS);
  });

  it('of a thread that died are free in the end', () => {
    let now = 1_000_000;
    const claims = new VersionClaims(undefined, () => now);
    claims.claim(SNAPSHOT_MS);
    now += 601_000;
    expect(claims.claim(SNAPSHOT_MS)).toBe(SNAPSHOT_MS);
  });

  it('move on where doubles are further apart than near today', () => {
    const claims = new VersionClaims();
    const late = 2 ** 45;
    expect(claims.claim(late)).toBe(late);
    const next = claims.claim(late);
    expect(next).toBeGreaterThan(late);
    expect(next).toBeLessThan(late + 0.1);
  });
});
