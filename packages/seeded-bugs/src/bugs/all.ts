import type { SeededBug } from '../harness/seeded-bug.ts';
import { bigqueryBugs } from './bigquery.ts';
import { commitBugs } from './commits.ts';
import { harperBugs } from './harper.ts';
import { takeoverBugs } from './takeover.ts';
import { unitBugs } from './units.ts';
import { windowBugs } from './windows.ts';

export const seededBugs: readonly SeededBug[] = [
  ...windowBugs,
  ...commitBugs,
  ...unitBugs,
  ...takeoverBugs,
  ...harperBugs,
  ...bigqueryBugs,
];
