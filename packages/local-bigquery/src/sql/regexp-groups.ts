/** How many capturing groups a pattern of RE2 has. */
export function groupsOf(pattern: string): number {
  let groups = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i += 1) {
    const c = pattern[i];
    if (c === '\\') {
      // `\Q…\E` is literal text.
      if (pattern[i + 1] === 'Q') {
        const end = pattern.indexOf('\\E', i + 2);
        if (end < 0) return groups;
        i = end;
      }
      i += 1;
    } else if (inClass) {
      if (c === ']') inClass = false;
    } else if (c === '[') {
      inClass = true;
      // A bracket that comes first is a member.
      if (pattern[i + 1] === '^') i += 1;
      if (pattern[i + 1] === ']') i += 1;
    } else if (c === '(' && (pattern[i + 1] !== '?' || /^\(\?P?<[A-Za-z_]/.test(pattern.slice(i, i + 5)))) {
      groups += 1;
    }
  }
  return groups;
}

/** Refuses a rewrite that Google's engine refuses; RE2 itself would leave the text as it is. */
export function checkedRewrite(rewrite: string, pattern: string): string {
  const groups = groupsOf(pattern);
  for (let i = 0; i < rewrite.length; i += 1) {
    if (rewrite[i] !== '\\') continue;
    i += 1;
    const c = rewrite[i];
    if (c === '\\') continue;
    if (c === undefined || !/\d/.test(c))
      throw new Error("Invalid REGEXP_REPLACE pattern: Rewrite schema error: '\\' must be followed by a digit or '\\'.");
    if (Number(c) > groups)
      throw new Error(
        `Invalid REGEXP_REPLACE pattern: Rewrite schema requests ${c} matches, but the regexp only has ${String(groups)} parenthesized subexpressions.`,
      );
  }
  return rewrite;
}
