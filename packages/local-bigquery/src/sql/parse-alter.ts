import type { AlterAction, DdlStatement } from './ddl-ast.ts';
import { parseColumn, parsePrimaryKey } from './parse-ddl.ts';
import { parseExpression } from './parse-expression.ts';
import { parseOptions } from './parse-options.ts';
import { parseType } from './parse-type.ts';
import { notSupported } from './place.ts';
import type { TokenStream } from './token-stream.ts';

/** ALTER; the stream stands behind that word. */
export function parseAlter(s: TokenStream): DdlStatement {
  const { at } = s;
  if (s.acceptWord('SCHEMA')) {
    const ifExists = s.acceptWord('IF', 'EXISTS');
    const path = s.tablePath();
    if (!s.acceptWord('SET')) throw notSupported(`ALTER SCHEMA … ${s.peek().text.toUpperCase()}`, s.at);
    return { kind: 'alterSchema', ifExists, path, options: parseOptions(s) };
  }
  const isTable = s.acceptWord('TABLE') || s.acceptWord('VIEW') || s.acceptWord('MATERIALIZED', 'VIEW');
  if (!isTable) throw notSupported(`ALTER ${s.peek().text.toUpperCase()}`, at);
  const ifExists = s.acceptWord('IF', 'EXISTS');
  const path = s.tablePath();
  const actions: AlterAction[] = [];
  do actions.push(parseAction(s));
  while (s.acceptSymbol(','));
  return { kind: 'alterTable', ifExists, path, actions };
}

function parseAction(s: TokenStream): AlterAction {
  const { at } = s;
  if (s.acceptWord('ADD', 'COLUMN')) {
    const ifNotExists = s.acceptWord('IF', 'NOT', 'EXISTS');
    return { kind: 'addColumn', ifNotExists, column: parseColumn(s), at };
  }
  if (s.acceptWord('DROP', 'COLUMN')) {
    const ifExists = s.acceptWord('IF', 'EXISTS');
    return { kind: 'dropColumn', ifExists, name: s.name('a column'), at };
  }
  if (s.acceptWord('RENAME', 'COLUMN')) {
    const ifExists = s.acceptWord('IF', 'EXISTS');
    const name = s.name('a column');
    s.expectWord('TO');
    return { kind: 'renameColumn', ifExists, name, to: s.name('a column'), at };
  }
  if (s.acceptWord('RENAME', 'TO')) return { kind: 'renameTo', name: s.name('a table name'), at };
  if (s.acceptWord('SET')) {
    if (!s.isWord('OPTIONS')) throw notSupported(`ALTER TABLE … SET ${s.peek().text.toUpperCase()}`, s.at);
    return { kind: 'setOptions', options: parseOptions(s), at };
  }
  if (s.acceptWord('ADD')) {
    if (!s.isWord('PRIMARY', 'KEY')) throw notSupported(`ALTER TABLE … ADD ${s.peek().text.toUpperCase()}`, s.at);
    return { kind: 'addPrimaryKey', columns: parsePrimaryKey(s), at };
  }
  if (s.acceptWord('DROP', 'PRIMARY', 'KEY')) return { kind: 'dropPrimaryKey', ifExists: s.acceptWord('IF', 'EXISTS'), at };
  if (s.acceptWord('ALTER', 'COLUMN')) return parseAlterColumn(s, at);
  throw notSupported(`ALTER TABLE … ${s.peek().text.toUpperCase()}`, at);
}

function parseAlterColumn(s: TokenStream, at: AlterAction['at']): AlterAction {
  const ifExists = s.acceptWord('IF', 'EXISTS');
  const name = s.name('a column');
  const base = { kind: 'alterColumn' as const, ifExists, name, at };
  if (s.acceptWord('SET', 'DATA', 'TYPE')) return { ...base, change: { kind: 'setType', type: parseType(s) } };
  if (s.acceptWord('SET', 'DEFAULT')) return { ...base, change: { kind: 'setDefault', text: s.textOf(() => parseExpression(s)) } };
  if (s.acceptWord('DROP', 'DEFAULT')) return { ...base, change: { kind: 'dropDefault' } };
  if (s.acceptWord('DROP', 'NOT', 'NULL')) return { ...base, change: { kind: 'dropNotNull' } };
  if (s.acceptWord('SET')) return { ...base, change: { kind: 'setOptions', options: parseOptions(s) } };
  throw s.unexpected('keyword SET or DROP');
}
