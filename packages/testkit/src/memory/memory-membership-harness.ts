import type { MembershipHarness } from '../contract/membership-harness.ts';
import { MemoryMembership, type NodeBeat } from './memory-membership.ts';

type MembershipClass = new (self: string, livenessMs: number, now: () => number) => MemoryMembership;

const LIVENESS_MS = 15_000;
/** Between two looks at what the nodes said. */
const LOOK_MS = 500;
const SELF = 'a';

/** {@link MemoryMembership}, or a class derived from it, as a contract wants it. */
export function memoryMembershipHarness(Class: MembershipClass = MemoryMembership): MembershipHarness {
  let nowMs = 1_000_000;
  const lives = new Map<string, number>();
  const said = new Map<string, NodeBeat>();
  const begin = () => new Class(SELF, LIVENESS_MS, () => nowMs);
  let membership = begin();
  const look = () => {
    for (const beat of said.values()) membership.hear(beat);
  };
  return {
    get membership() {
      return membership;
    },
    livenessMs: LIVENESS_MS,
    beat: (node, views) => {
      const life = String(lives.get(node) ?? 0);
      said.set(node, { node, life, beat: (said.get(node)?.beat ?? 0) + 1, views });
      look();
    },
    pass: (ms) => {
      const endMs = nowMs + ms;
      while (nowMs < endMs) {
        nowMs = Math.min(endMs, nowMs + LOOK_MS);
        look();
      }
    },
    restart: (node) => {
      lives.set(node, (lives.get(node) ?? 0) + 1);
      if (node !== SELF) return;
      membership = begin();
      look();
    },
  };
}
