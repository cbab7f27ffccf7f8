import type { Membership, NodeViews } from '@bqsync/core';
import type { Closable } from './test-runner.ts';

/** The nodes of a cluster as one of them sees them, with what a contract needs beside its port: to be the others, and to let time pass. */
export interface MembershipHarness extends Closable {
  /** Ask for it anew after a restart of this node. */
  readonly membership: Membership;
  /** A node of which nothing new was heard for this long counts as dead. */
  readonly livenessMs: number;
  /** One more heartbeat of a node, this one or another, with what it has of which table's writers; heard here when it resolves. */
  beat(node: string, views: ReadonlyMap<string, NodeViews>): void | Promise<void>;
  /** So much of this node's monotonic time passes, in which it looks around as often as it would. */
  pass(ms: number): void | Promise<void>;
  /** The process of a node ends and another one begins on the same disk. Of another node it is heard at its next beat. */
  restart(node: string): void | Promise<void>;
}

export type MembershipFactory = () => MembershipHarness | Promise<MembershipHarness>;
