import type { Expr, Name, Node, Option, Query, TypeNode } from './ast.ts';

/** A column of CREATE TABLE or ADD COLUMN. */
export interface ColumnNode extends Node {
  readonly name: Name;
  readonly type: TypeNode;
  readonly notNull: boolean;
  /** The text of DEFAULT's expression. */
  readonly defaultText?: string;
  readonly options: readonly Option[];
}

export type AlterAction = Node &
  (
    | { readonly kind: 'addColumn'; readonly ifNotExists: boolean; readonly column: ColumnNode }
    | { readonly kind: 'dropColumn'; readonly ifExists: boolean; readonly name: Name }
    | { readonly kind: 'renameColumn'; readonly ifExists: boolean; readonly name: Name; readonly to: Name }
    | { readonly kind: 'renameTo'; readonly name: Name }
    | { readonly kind: 'setOptions'; readonly options: readonly Option[] }
    | { readonly kind: 'addPrimaryKey'; readonly columns: readonly Name[] }
    | { readonly kind: 'dropPrimaryKey'; readonly ifExists: boolean }
    | { readonly kind: 'alterColumn'; readonly ifExists: boolean; readonly name: Name; readonly change: ColumnChange }
  );

export type ColumnChange =
  | { readonly kind: 'setType'; readonly type: TypeNode }
  | { readonly kind: 'setDefault'; readonly text: string }
  | { readonly kind: 'dropDefault' }
  | { readonly kind: 'dropNotNull' }
  | { readonly kind: 'setOptions'; readonly options: readonly Option[] };

/** How CREATE meets what is there already. */
export interface CreateMode {
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
}

export type DdlStatement =
  | (CreateMode & {
      readonly kind: 'createTable';
      readonly path: readonly Name[];
      readonly columns: readonly ColumnNode[];
      readonly primaryKey: readonly Name[];
      readonly partitionBy?: Expr;
      readonly clusterBy: readonly Name[];
      readonly options: readonly Option[];
      readonly query?: Query;
      readonly like?: readonly Name[];
    })
  | (CreateMode & {
      readonly kind: 'createView';
      readonly path: readonly Name[];
      readonly materialized: boolean;
      readonly columns: readonly Name[];
      readonly options: readonly Option[];
      readonly query: Query;
      readonly text: string;
    })
  | (CreateMode & { readonly kind: 'createSchema'; readonly path: readonly Name[]; readonly options: readonly Option[] })
  | (CreateMode & {
      readonly kind: 'createPolicy';
      readonly name: Name;
      readonly path: readonly Name[];
      readonly grantees: readonly Expr[];
      readonly text: string;
    })
  | { readonly kind: 'dropPolicy'; readonly ifExists: boolean; readonly name?: Name; readonly path: readonly Name[] }
  | { readonly kind: 'alterTable'; readonly ifExists: boolean; readonly path: readonly Name[]; readonly actions: readonly AlterAction[] }
  | { readonly kind: 'alterSchema'; readonly ifExists: boolean; readonly path: readonly Name[]; readonly options: readonly Option[] }
  | {
      readonly kind: 'drop';
      readonly what: 'TABLE' | 'VIEW' | 'MATERIALIZED VIEW' | 'SCHEMA';
      readonly ifExists: boolean;
      readonly cascade: boolean;
      readonly path: readonly Name[];
    };
