import type { Expr, Select, SelectItem } from './ast.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { analyzeField, columnValue } from './name-resolution.ts';
import type { ScopeColumn } from './scope.ts';
import type { Typed } from './typed.ts';
import { typeName } from './types.ts';

/** One column of a SELECT list, after `*` is written out. */
export interface OutputItem {
  readonly expr: Expr;
  /** Given with AS. */
  readonly alias: string | undefined;
  /** The name that the expression has by itself. */
  readonly implied: string | undefined;
  /** Set for the columns of `*`, which no expression names unambiguously. */
  readonly value?: (context: Context) => Typed;
}

export function expandItems(select: Select, context: Context): OutputItem[] {
  const items = select.items.flatMap((item) => (item.kind === 'star' ? expandStar(item, select, context) : [plainItem(item)]));
  if (items.length === 0) throw new SqlError('SELECT * expands to zero columns', select.at);
  return items;
}

function plainItem(item: SelectItem & { kind: 'expr' }): OutputItem {
  const { expr } = item;
  const implied = expr.kind === 'path' ? expr.names.at(-1)?.text : expr.kind === 'field' ? expr.name.text : undefined;
  return { expr, alias: item.alias?.text, implied };
}

function expandStar(item: SelectItem & { kind: 'star' }, select: Select, context: Context): OutputItem[] {
  const columns = item.base ? baseItems(item.base, context) : scopeItems(select, item, context);
  const lower = (name: string | undefined): string | undefined => name?.toLowerCase();
  for (const name of [...item.except, ...item.replace.map((r) => r.name)]) {
    if (!columns.some((c) => lower(c.implied) === lower(name.text))) {
      throw new SqlError(
        `Column ${name.text} in SELECT * ${item.except.includes(name) ? 'EXCEPT' : 'REPLACE'} list does not exist`,
        name.at,
      );
    }
  }
  const kept = columns.filter((c) => !item.except.some((name) => lower(name.text) === lower(c.implied)));
  return kept.map((column) => {
    const replaced = item.replace.find((r) => lower(r.name.text) === lower(column.implied));
    return replaced ? { expr: replaced.expr, alias: undefined, implied: column.implied } : column;
  });
}

function scopeItems(select: Select, item: SelectItem, context: Context): OutputItem[] {
  if (select.from === undefined) throw new SqlError('SELECT * must have a FROM clause', item.at);
  return context.scope.star().map((column) => columnItem(column, item));
}

function columnItem(column: ScopeColumn, item: { readonly at: SelectItem['at'] }): OutputItem {
  const name = { text: column.name ?? '*', at: item.at };
  return {
    expr: { kind: 'null', at: item.at },
    alias: undefined,
    implied: column.name,
    value: (context) => columnValue(column, name, context),
  };
}

function baseItems(base: Expr, context: Context): OutputItem[] {
  if (base.kind === 'path' && base.names.length === 1) {
    const found = context.scope.find(base.names[0]);
    if (found?.kind === 'variable' && (found.variable.element === undefined || found.variable.element.type.kind === 'STRUCT')) {
      return found.variable.columns.map((column) => columnItem(column, base));
    }
  }
  const { type } = context.env.tentatively(() => analyze(base, { ...context, uses: new Set() }));
  if (type.kind !== 'STRUCT') throw new SqlError(`Dot-star is not supported for type ${typeName(type)}`, base.at);
  return type.fields.map((field) => {
    const name = { text: field.name ?? '', at: base.at };
    return { expr: base, alias: undefined, implied: field.name, value: (c: Context) => analyzeField(analyze(base, c), name) };
  });
}
