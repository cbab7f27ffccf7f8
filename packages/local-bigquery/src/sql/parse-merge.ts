import type { MergeClause, Name, Statement } from './ast.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { parseAlias, parseItem } from './parse-from.ts';
import { parseAssignments } from './parse-statement.ts';
import type { TokenStream } from './token-stream.ts';

/** MERGE; the stream stands behind that word. */
export function parseMerge(s: TokenStream, at: Statement['at']): Statement {
  s.acceptWord('INTO');
  const path = s.tablePath();
  const alias = parseAlias(s);
  s.expectWord('USING');
  const source = parseItem(s);
  s.expectWord('ON');
  const on = parseExpression(s);
  const clauses: MergeClause[] = [];
  while (s.isWord('WHEN')) clauses.push(parseClause(s));
  if (clauses.length === 0) throw s.unexpected('keyword WHEN');
  return { kind: 'merge', path, ...(alias ? { alias } : {}), source, on, clauses, at };
}

function parseClause(s: TokenStream): MergeClause {
  const { at } = s;
  s.expectWord('WHEN');
  const not = s.acceptWord('NOT');
  s.expectWord('MATCHED');
  const bySource = not && s.acceptWord('BY', 'SOURCE');
  if (not && !bySource) s.acceptWord('BY', 'TARGET');
  const when = !not ? ('MATCHED' as const) : bySource ? ('NOT MATCHED BY SOURCE' as const) : ('NOT MATCHED BY TARGET' as const);
  const condition = s.acceptWord('AND') ? parseExpression(s) : undefined;
  s.expectWord('THEN');
  return { when, ...(condition ? { condition } : {}), action: parseAction(s, when), at };
}

function parseAction(s: TokenStream, when: MergeClause['when']): MergeClause['action'] {
  if (when !== 'NOT MATCHED BY TARGET') {
    if (s.acceptWord('DELETE')) return { kind: 'delete' };
    s.expectWord('UPDATE', 'SET');
    return { kind: 'update', assignments: parseAssignments(s) };
  }
  s.expectWord('INSERT');
  if (s.acceptWord('ROW')) return { kind: 'insert' };
  const columns: Name[] = [];
  if (s.acceptSymbol('(')) {
    do columns.push(s.name('a column'));
    while (s.acceptSymbol(','));
    s.expectSymbol(')');
  }
  const some = columns.length > 0 ? { columns } : {};
  if (s.acceptWord('ROW')) return { kind: 'insert', ...some };
  s.expectWord('VALUES');
  s.expectSymbol('(');
  const values = parseList(s, ')');
  s.expectSymbol(')');
  return { kind: 'insert', ...some, values };
}
