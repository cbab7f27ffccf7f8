import type { Expr, Name, Query } from './ast.ts';
import type { ColumnNode, CreateMode, DdlStatement } from './ddl-ast.ts';
import { parseAlter } from './parse-alter.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { parseOptions } from './parse-options.ts';
import { parseQuery } from './parse-query.ts';
import { parseType } from './parse-type.ts';
import { notSupported } from './place.ts';
import type { TokenStream } from './token-stream.ts';

/** CREATE, ALTER or DROP, or undefined where the statement is none of them; what of them is not known is refused by its name. */
export function parseDdl(s: TokenStream): DdlStatement | undefined {
  if (s.acceptWord('CREATE')) return parseCreate(s);
  if (s.acceptWord('DROP')) return parseDrop(s);
  if (s.acceptWord('ALTER')) return parseAlter(s);
  return undefined;
}

function parseCreate(s: TokenStream): DdlStatement {
  const { at } = s;
  const orReplace = s.acceptWord('OR', 'REPLACE');
  if (s.isWord('TEMP') || s.isWord('TEMPORARY')) throw notSupported('CREATE TEMP TABLE or FUNCTION', at);
  if (s.acceptWord('TABLE')) {
    if (s.isWord('FUNCTION')) throw notSupported('CREATE TABLE FUNCTION', at);
    return parseCreateTable(s, orReplace);
  }
  if (s.acceptWord('VIEW')) return parseCreateView(s, orReplace, false);
  if (s.acceptWord('MATERIALIZED', 'VIEW')) return parseCreateView(s, orReplace, true);
  if (s.acceptWord('SCHEMA')) {
    const ifNotExists = s.acceptWord('IF', 'NOT', 'EXISTS');
    const path = s.tablePath();
    return { kind: 'createSchema', orReplace, ifNotExists, path, options: s.isWord('OPTIONS') ? parseOptions(s) : [] };
  }
  if (s.acceptWord('ROW', 'ACCESS', 'POLICY')) return parseCreatePolicy(s, orReplace);
  throw notSupported(`CREATE ${s.peek().text.toUpperCase()}`, at);
}

const mode = (s: TokenStream, orReplace: boolean): CreateMode => ({ orReplace, ifNotExists: s.acceptWord('IF', 'NOT', 'EXISTS') });

function parseCreateTable(s: TokenStream, orReplace: boolean): DdlStatement {
  const how = mode(s, orReplace);
  const path = s.tablePath();
  for (const word of ['COPY', 'CLONE']) if (s.isWord(word)) throw notSupported(`CREATE TABLE … ${word}`, s.at);
  const like = s.acceptWord('LIKE') ? s.tablePath() : undefined;
  const columns: ColumnNode[] = [];
  const primaryKey: Name[] = [];
  if (s.acceptSymbol('(')) {
    while (!s.isSymbol(')')) {
      if (s.isWord('CONSTRAINT') || s.isWord('FOREIGN')) throw notSupported('a named or foreign key constraint', s.at);
      if (s.isWord('PRIMARY', 'KEY')) primaryKey.push(...parsePrimaryKey(s));
      else {
        const column = parseColumn(s);
        columns.push(column);
        if (s.acceptWord('PRIMARY', 'KEY')) {
          s.expectWord('NOT', 'ENFORCED');
          primaryKey.push(column.name);
        }
        if (s.isWord('REFERENCES')) throw notSupported('a foreign key', s.at);
      }
      if (!s.acceptSymbol(',')) break;
    }
    s.expectSymbol(')');
  }
  if (s.isWord('DEFAULT', 'COLLATE')) throw notSupported('COLLATE', s.at);
  const partitionBy = s.acceptWord('PARTITION', 'BY') ? parsePartition(s) : undefined;
  const clusterBy = s.acceptWord('CLUSTER', 'BY') ? names(s) : [];
  if (s.isWord('WITH', 'CONNECTION')) throw notSupported('a table with a connection', s.at);
  const options = s.isWord('OPTIONS') ? parseOptions(s) : [];
  const query: Query | undefined = s.acceptWord('AS') ? parseQuery(s) : undefined;
  return {
    kind: 'createTable',
    ...how,
    path,
    columns,
    primaryKey,
    clusterBy,
    options,
    ...(partitionBy ? { partitionBy } : {}),
    ...(query ? { query } : {}),
    ...(like ? { like } : {}),
  };
}

/** `DATE(ts)` begins with a word that also begins a literal, so it is an expression like any other. */
const parsePartition = (s: TokenStream): Expr => parseExpression(s);

function names(s: TokenStream): Name[] {
  const list: Name[] = [];
  do list.push(s.name('a column'));
  while (s.acceptSymbol(','));
  return list;
}

export function parsePrimaryKey(s: TokenStream): Name[] {
  s.expectWord('PRIMARY', 'KEY');
  s.expectSymbol('(');
  const list = names(s);
  s.expectSymbol(')');
  s.expectWord('NOT', 'ENFORCED');
  return list;
}

export function parseColumn(s: TokenStream): ColumnNode {
  const { at } = s;
  const name = s.name('a column');
  const type = parseType(s);
  let notNull = false;
  let defaultText: string | undefined;
  for (;;) {
    if (s.acceptWord('NOT', 'NULL')) notNull = true;
    else if (s.acceptWord('DEFAULT')) defaultText = s.textOf(() => parseExpression(s));
    else if (s.isWord('COLLATE')) throw notSupported('COLLATE', s.at);
    else break;
  }
  const options = s.isWord('OPTIONS') ? parseOptions(s) : [];
  return { name, type, notNull, options, ...(defaultText === undefined ? {} : { defaultText }), at };
}

function parseCreateView(s: TokenStream, orReplace: boolean, materialized: boolean): DdlStatement {
  const how = mode(s, orReplace);
  const path = s.tablePath();
  const columns: Name[] = [];
  if (s.acceptSymbol('(')) {
    do {
      columns.push(s.name('a column'));
      if (s.isWord('OPTIONS')) parseOptions(s);
    } while (s.acceptSymbol(','));
    s.expectSymbol(')');
  }
  if (s.isWord('AS', 'REPLICA')) throw notSupported('a materialized view replica', s.at);
  if (materialized && s.isWord('PARTITION')) throw notSupported('a partitioned materialized view', s.at);
  if (materialized && s.acceptWord('CLUSTER', 'BY')) names(s);
  const options = s.isWord('OPTIONS') ? parseOptions(s) : [];
  s.expectWord('AS');
  let query: Query | undefined;
  const text = s.textOf(() => {
    query = parseQuery(s);
  });
  if (query === undefined) throw s.unexpected('a query');
  return { kind: 'createView', ...how, path, materialized, columns, options, query, text };
}

function parseCreatePolicy(s: TokenStream, orReplace: boolean): DdlStatement {
  const how = mode(s, orReplace);
  const name = s.name('a policy');
  s.expectWord('ON');
  const path = s.tablePath();
  let grantees: Expr[] = [];
  if (s.acceptWord('GRANT', 'TO')) {
    s.expectSymbol('(');
    grantees = parseList(s, ')');
    s.expectSymbol(')');
  }
  s.expectWord('FILTER', 'USING');
  s.expectSymbol('(');
  const text = s.textOf(() => parseExpression(s));
  s.expectSymbol(')');
  return { kind: 'createPolicy', ...how, name, path, grantees, text };
}

function parseDrop(s: TokenStream): DdlStatement {
  const { at } = s;
  if (s.acceptWord('ALL', 'ROW', 'ACCESS', 'POLICIES')) {
    s.expectWord('ON');
    return { kind: 'dropPolicy', ifExists: false, path: s.tablePath() };
  }
  if (s.acceptWord('ROW', 'ACCESS', 'POLICY')) {
    const ifExists = s.acceptWord('IF', 'EXISTS');
    const name = s.name('a policy');
    s.expectWord('ON');
    return { kind: 'dropPolicy', ifExists, name, path: s.tablePath() };
  }
  const what = s.acceptWord('MATERIALIZED', 'VIEW')
    ? 'MATERIALIZED VIEW'
    : s.acceptWord('VIEW')
      ? 'VIEW'
      : s.acceptWord('SCHEMA')
        ? 'SCHEMA'
        : s.acceptWord('TABLE')
          ? 'TABLE'
          : undefined;
  if (what === undefined || (what === 'TABLE' && s.isWord('FUNCTION'))) throw notSupported(`DROP ${s.peek().text.toUpperCase()}`, at);
  const ifExists = s.acceptWord('IF', 'EXISTS');
  const path = s.tablePath();
  const cascade = s.acceptWord('CASCADE');
  if (!cascade) s.acceptWord('RESTRICT');
  return { kind: 'drop', what, ifExists, cascade, path };
}
