import type { MemoryMembership } from '../memory/memory-membership.ts';
import type { BrokenAdapter } from './broken-adapter.ts';
import * as membership from './membership-faults.ts';

type MembershipClass = new (self: string, livenessMs: number, now: () => number) => MemoryMembership;

/** Memberships that see the nodes wrongly, each in one way: `memoryMembershipHarness(adapter)` runs one. */
export const brokenMemberships: readonly BrokenAdapter<MembershipClass>[] = [
  { fault: 'leaves itself out', caughtBy: 'live/self', adapter: membership.LeavesItselfOut },
  { fault: 'needs to hear of itself', caughtBy: 'live/self', adapter: membership.NeedsToHearOfItself },
  { fault: 'names nodes in the order that it heard of them', caughtBy: 'live/sorted', adapter: membership.NamesNodesAsHeard },
  { fault: 'takes each look at a heartbeat for a sign of life', caughtBy: 'live/expires', adapter: membership.TakesEachLookForALife },
  { fault: 'gives nodes up too early', caughtBy: 'live/expires', adapter: membership.GivesNodesUpTooEarly },
  { fault: 'never takes a node back', caughtBy: 'live/again', adapter: membership.NeverTakesANodeBack },
  { fault: 'keeps what a node said first', caughtBy: 'views/others', adapter: membership.KeepsWhatANodeSaidFirst },
  { fault: 'never forgets what a node had', caughtBy: 'views/gone', adapter: membership.NeverForgetsWhatANodeHad },
  { fault: 'tells its own views among those of others', caughtBy: 'views/not-self', adapter: membership.TellsItsOwnViews },
  { fault: 'throws for unknown tables', caughtBy: 'views/unknown', adapter: membership.ThrowsForUnknownTables },
];
