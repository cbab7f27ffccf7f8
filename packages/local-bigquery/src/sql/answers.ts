import { AGGREGATES } from './aggregate.ts';
import { FUNCTIONS } from './call.ts';
import { GOOGLE_FUNCTIONS } from './google-functions.ts';
import { WINDOW_ONLY } from './window.ts';

/** Functions with a syntax of their own, or that are one moment for the whole statement. */
const SPECIAL: readonly string[] = [
  'APPENDS',
  'ARRAY',
  'CAST',
  'CHANGES',
  'CURRENT_DATE',
  'CURRENT_DATETIME',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'EXTRACT',
  'SAFE_CAST',
  'SESSION_USER',
];

/** Names in the tables that are there to be refused by a message of their own. */
const REFUSED: readonly string[] = ['CONTAINS_SUBSTR'];

/** The names of GoogleSQL's functions that are answered here. */
export function answeredFunctions(): string[] {
  const all = new Set([...Object.keys(FUNCTIONS), ...Object.keys(AGGREGATES), ...WINDOW_ONLY, ...SPECIAL]);
  return [...all].filter((name) => !REFUSED.includes(name)).sort();
}

/** The names of the others: a statement with one of them is refused by its name. */
export function refusedFunctions(): string[] {
  const answered = new Set(answeredFunctions());
  return [...GOOGLE_FUNCTIONS].filter((name) => !answered.has(name)).sort();
}
