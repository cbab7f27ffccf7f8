import type { Expr, Name, Query, Statement } from './ast.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { parseDdl } from './parse-ddl.ts';
import { parseAlias, parseFrom } from './parse-from.ts';
import { parseMerge } from './parse-merge.ts';
import { parseQuery } from './parse-query.ts';
import { notSupported, syntaxError } from './place.ts';
import { TokenStream } from './token-stream.ts';

/** Statements that BigQuery has and the local one has not, by their first words. */
const KNOWN: readonly string[] = (
  'GRANT REVOKE BEGIN COMMIT ROLLBACK DECLARE SET IF LOOP WHILE REPEAT FOR CALL EXECUTE EXPORT LOAD ASSERT EXPLAIN ' +
  'CASE BREAK LEAVE CONTINUE ITERATE RETURN RAISE UNDROP GRAPH'
).split(' ');

/** Parses one statement; a semicolon may end it. */
export function parseStatement(text: string): Statement {
  const s = new TokenStream(text);
  if (s.peek().kind === 'end') throw syntaxError('Unexpected end of statement', s.at);
  const statement = parseOne(s);
  s.acceptSymbol(';');
  if (s.peek().kind === 'end') return statement;
  if (s.peek(-1).text === ';') throw notSupported('a script of several statements', s.at);
  throw s.unexpected();
}

/** A part of a script. */
export type ScriptStep = 'begin' | 'commit' | 'rollback' | { readonly text: string };

/** The statements of a script, or undefined where the text is one statement. */
export function parseScript(text: string): ScriptStep[] | undefined {
  const s = new TokenStream(text);
  const steps: ScriptStep[] = [];
  while (s.peek().kind !== 'end') {
    if (s.acceptSymbol(';')) continue;
    const step = transactionStep(s);
    if (step !== undefined) steps.push(step);
    else {
      const { at } = s;
      // Positions in messages are those in the script: what stands before becomes blanks.
      const { start } = s.peek();
      const body = s.textOf(() => parseOne(s));
      if (s.hasPositionals) throw notSupported('positional parameters in a script', at);
      steps.push({ text: `${text.slice(0, start).replaceAll(/[^\n]/g, ' ')}${body}` });
    }
    if (s.peek().kind !== 'end') s.expectSymbol(';');
  }
  return steps.length > 1 || typeof steps[0] === 'string' ? steps : undefined;
}

function transactionStep(s: TokenStream): 'begin' | 'commit' | 'rollback' | undefined {
  const isAlone = (ahead: number): boolean => s.isSymbol(';', ahead) || s.peek(ahead).kind === 'end';
  for (const [word, step] of [
    ['BEGIN', 'begin'],
    ['COMMIT', 'commit'],
    ['ROLLBACK', 'rollback'],
  ] as const) {
    if (!s.isWord(word)) continue;
    const long = s.isWord(word, 'TRANSACTION') || s.isWord(word, 'TRAN');
    if (!isAlone(long ? 2 : 1)) return undefined;
    s.next();
    if (long) s.next();
    return step;
  }
  return undefined;
}

function parseOne(s: TokenStream): Statement {
  const { at } = s;
  if (s.isWord('SELECT') || s.isWord('WITH') || s.isWord('FROM') || s.isSymbol('(')) return { kind: 'query', query: parseQuery(s), at };
  if (s.acceptWord('INSERT')) return parseInsert(s, at);
  if (s.acceptWord('UPDATE')) return parseUpdate(s, at);
  if (s.acceptWord('DELETE')) {
    s.acceptWord('FROM');
    const path = s.tablePath();
    const alias = parseAlias(s);
    return { kind: 'delete', path, ...(alias ? { alias } : {}), where: parseRequiredWhere(s, 'DELETE'), at };
  }
  if (s.acceptWord('TRUNCATE')) {
    s.expectWord('TABLE');
    return { kind: 'truncate', path: s.tablePath(), at };
  }
  if (s.acceptWord('MERGE')) return parseMerge(s, at);
  const ddl = parseDdl(s);
  if (ddl) return { kind: 'ddl', ddl, at };
  const word = s.peek().text.toUpperCase();
  if (s.peek().kind === 'word' && KNOWN.includes(word)) throw notSupported(word, at);
  throw s.unexpected();
}

function parseRequiredWhere(s: TokenStream, statement: string): Expr {
  if (!s.acceptWord('WHERE')) throw syntaxError(`${statement} must have a WHERE clause`, s.at);
  return parseExpression(s);
}

function parseInsert(s: TokenStream, at: Statement['at']): Statement {
  s.acceptWord('INTO');
  const path = s.tablePath();
  const columns: Name[] = [];
  if (s.isSymbol('(') && !['SELECT', 'WITH', 'FROM'].includes(s.peek(1).text.toUpperCase())) {
    s.next();
    do columns.push(s.name('a column'));
    while (s.acceptSymbol(','));
    s.expectSymbol(')');
  }
  const source = s.acceptWord('VALUES') ? parseValues(s) : { kind: 'query' as const, query: parseInsertQuery(s) };
  return { kind: 'insert', path, ...(columns.length > 0 ? { columns } : {}), source, at };
}

const parseInsertQuery = (s: TokenStream): Query => {
  if (!s.isWord('SELECT') && !s.isWord('WITH') && !s.isWord('FROM') && !s.isSymbol('(')) throw s.unexpected('keyword VALUES or a query');
  return parseQuery(s);
};

function parseValues(s: TokenStream) {
  const rows: { values: Expr[]; at: Statement['at'] }[] = [];
  do {
    const { at } = s;
    s.expectSymbol('(');
    rows.push({ values: parseList(s, ')'), at });
    s.expectSymbol(')');
  } while (s.acceptSymbol(','));
  return { kind: 'values' as const, rows };
}

export function parseAssignments(s: TokenStream): { target: Name[]; expr: Expr }[] {
  const assignments: { target: Name[]; expr: Expr }[] = [];
  do {
    const target = [s.name('a column')];
    while (s.acceptSymbol('.')) target.push(s.nameAfterDot());
    s.expectSymbol('=');
    assignments.push({ target, expr: parseExpression(s) });
  } while (s.acceptSymbol(','));
  return assignments;
}

function parseUpdate(s: TokenStream, at: Statement['at']): Statement {
  const path = s.tablePath();
  const alias = parseAlias(s);
  s.expectWord('SET');
  const assignments = parseAssignments(s);
  const from = s.acceptWord('FROM') ? parseFrom(s) : undefined;
  const where = parseRequiredWhere(s, 'UPDATE');
  return { kind: 'update', path, ...(alias ? { alias } : {}), assignments, ...(from ? { from } : {}), where, at };
}
