import type { DdlStatement } from './ddl-ast.ts';
import type { Place } from './place.ts';

export interface Name {
  readonly text: string;
  readonly at: Place;
}

export type TypeNode =
  | { readonly kind: 'scalar'; readonly name: string; readonly parameters?: readonly bigint[]; readonly at: Place }
  | { readonly kind: 'array'; readonly element: TypeNode; readonly at: Place }
  | { readonly kind: 'struct'; readonly fields: readonly TypeField[]; readonly at: Place }
  | { readonly kind: 'range'; readonly element: TypeNode; readonly at: Place };

interface TypeField {
  readonly name?: string;
  readonly type: TypeNode;
  /** In a schema only. */
  readonly notNull?: boolean;
  readonly options?: readonly Option[];
}

export interface Node {
  readonly at: Place;
}

/** `name = value` of an OPTIONS list. */
export interface Option {
  readonly name: Name;
  readonly value: Expr;
}

export interface OrderItem {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}

export interface WindowSpec {
  /** The window that it builds on. */
  readonly base?: Name;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: { readonly unit: 'ROWS' | 'RANGE'; readonly start: FrameBound; readonly end?: FrameBound };
  readonly at: Place;
}

export interface FrameBound {
  readonly kind: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  readonly offset?: Expr;
}

export interface Call extends Node {
  readonly kind: 'call';
  /** Upper case, with its prefixes but SAFE: `NET.HOST`. */
  readonly name: string;
  readonly safe: boolean;
  readonly args: readonly Expr[];
  /** `name => value`, after the others. */
  readonly named?: readonly { readonly name: Name; readonly expr: Expr }[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly nulls?: 'IGNORE' | 'RESPECT';
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expr;
  /** ANY_VALUE(x HAVING MAX y). */
  readonly having?: { readonly what: 'MAX' | 'MIN'; readonly expr: Expr };
  readonly over?: WindowSpec;
}

export interface PathExpr extends Node {
  readonly kind: 'path';
  readonly names: readonly [Name, ...Name[]];
}

export type Expr =
  | (Node & { readonly kind: 'null' })
  | (Node & { readonly kind: 'bool'; readonly value: boolean })
  | (Node & { readonly kind: 'integer'; readonly value: bigint })
  | (Node & { readonly kind: 'float'; readonly text: string })
  | (Node & { readonly kind: 'string'; readonly value: string })
  | (Node & { readonly kind: 'bytes'; readonly value: Uint8Array })
  /** TIMESTAMP '…', NUMERIC '…', JSON '…', … */
  | (Node & { readonly kind: 'typed'; readonly type: TypeNode; readonly value: string })
  | (Node & { readonly kind: 'parameter'; readonly name: string })
  | (Node & { readonly kind: 'positional'; readonly index: number })
  | PathExpr
  | (Node & { readonly kind: 'field'; readonly base: Expr; readonly name: Name })
  | (Node & { readonly kind: 'element'; readonly base: Expr; readonly mode: ElementMode; readonly index: Expr })
  | (Node & { readonly kind: 'unary'; readonly op: '-' | '+' | '~' | 'NOT'; readonly operand: Expr })
  | (Node & { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr })
  | (Node & { readonly kind: 'is'; readonly operand: Expr; readonly what: 'NULL' | 'TRUE' | 'FALSE'; readonly negated: boolean })
  | (Node & { readonly kind: 'isDistinct'; readonly left: Expr; readonly right: Expr; readonly negated: boolean })
  | (Node & { readonly kind: 'between'; readonly operand: Expr; readonly low: Expr; readonly high: Expr; readonly negated: boolean })
  | (Node & { readonly kind: 'inList'; readonly operand: Expr; readonly list: readonly Expr[]; readonly negated: boolean })
  | (Node & { readonly kind: 'inUnnest'; readonly operand: Expr; readonly array: Expr; readonly negated: boolean })
  | (Node & { readonly kind: 'inQuery'; readonly operand: Expr; readonly query: Query; readonly negated: boolean })
  | (Node & { readonly kind: 'like'; readonly operand: Expr; readonly pattern: Expr; readonly negated: boolean })
  | (Node & {
      readonly kind: 'case';
      readonly operand?: Expr;
      readonly branches: readonly { when: Expr; then: Expr }[];
      readonly otherwise?: Expr;
    })
  | (Node & { readonly kind: 'cast'; readonly safe: boolean; readonly operand: Expr; readonly type: TypeNode })
  | (Node & { readonly kind: 'extract'; readonly part: Expr; readonly operand: Expr; readonly zone?: Expr })
  /** `to`: INTERVAL '1:30' HOUR TO MINUTE. */
  | (Node & { readonly kind: 'interval'; readonly value: Expr; readonly part: Name; readonly to?: Name })
  | (Node & { readonly kind: 'array'; readonly element?: TypeNode; readonly items: readonly Expr[] })
  | (Node & {
      readonly kind: 'struct';
      readonly type?: TypeNode;
      readonly items: readonly { readonly expr: Expr; readonly name?: string }[];
    })
  | (Node & { readonly kind: 'with'; readonly variables: readonly { readonly name: Name; readonly expr: Expr }[]; readonly result: Expr })
  | (Node & { readonly kind: 'exists'; readonly query: Query })
  | (Node & { readonly kind: 'scalarQuery'; readonly query: Query })
  | (Node & { readonly kind: 'arrayQuery'; readonly query: Query })
  /** DEFAULT, in INSERT and UPDATE only. */
  | (Node & { readonly kind: 'default' })
  | Call;

export type ElementMode = 'OFFSET' | 'ORDINAL' | 'SAFE_OFFSET' | 'SAFE_ORDINAL' | 'PLAIN';
export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type BinaryOp = CompareOp | 'AND' | 'OR' | '+' | '-' | '*' | '/' | '||' | '&' | '|' | '^' | '<<' | '>>';

export type SelectItem =
  | (Node & { readonly kind: 'expr'; readonly expr: Expr; readonly alias?: Name })
  | (Node & {
      readonly kind: 'star';
      readonly base?: Expr;
      readonly except: readonly Name[];
      readonly replace: readonly { readonly expr: Expr; readonly name: Name }[];
    });

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';

export type FromItem =
  | (Node & { readonly kind: 'table'; readonly path: readonly Name[]; readonly alias?: Name; readonly asOf?: Expr })
  | (Node & {
      readonly kind: 'history';
      readonly name: 'APPENDS' | 'CHANGES';
      readonly path: readonly Name[];
      readonly range: readonly Expr[];
      readonly alias?: Name;
    })
  | (Node & { readonly kind: 'subquery'; readonly query: Query; readonly alias?: Name })
  | (Node & {
      readonly kind: 'pivot';
      readonly input: FromItem;
      readonly aggregates: readonly { readonly call: Call; readonly alias?: Name }[];
      readonly column: Expr;
      readonly values: readonly { readonly expr: Expr; readonly alias?: Name }[];
      readonly alias?: Name;
    })
  | (Node & {
      readonly kind: 'unpivot';
      readonly input: FromItem;
      readonly includeNulls: boolean;
      readonly value: Name;
      readonly name: Name;
      readonly columns: readonly { readonly column: Name; readonly label?: Expr }[];
      readonly alias?: Name;
    })
  | (Node & { readonly kind: 'unnest'; readonly expr: Expr; readonly alias?: Name; readonly offset?: Name })
  | (Node & {
      readonly kind: 'join';
      readonly type: JoinType;
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on?: Expr;
      readonly using?: readonly Name[];
    });

export interface GroupingSets {
  readonly kind: 'ROLLUP' | 'CUBE' | 'GROUPING SETS';
  readonly sets: readonly (readonly number[])[];
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly asStruct: boolean;
  readonly asValue: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: FromItem;
  readonly where?: Expr;
  readonly groupBy?: readonly Expr[];
  /** How the keys make several groupings, by their places in `groupBy`. */
  readonly groupingSets?: GroupingSets;
  /** GROUP BY ALL: by what of the SELECT list is no aggregate. */
  readonly groupByAll?: boolean;
  readonly having?: Expr;
  readonly qualify?: Expr;
  readonly windows?: readonly { readonly name: Name; readonly spec: WindowSpec }[];
}

export type QueryBody =
  | Select
  | (Node & {
      readonly kind: 'set';
      readonly op: 'UNION ALL' | 'UNION DISTINCT' | 'INTERSECT DISTINCT' | 'EXCEPT DISTINCT';
      readonly branches: readonly QueryBody[];
    })
  | (Node & { readonly kind: 'nested'; readonly query: Query });

export interface Query extends Node {
  readonly ctes: readonly { readonly name: Name; readonly query: Query }[];
  readonly recursive?: boolean;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expr;
  readonly offset?: Expr;
}

export type Statement =
  | (Node & { readonly kind: 'query'; readonly query: Query })
  | (Node & {
      readonly kind: 'insert';
      readonly path: readonly Name[];
      readonly columns?: readonly Name[];
      readonly source:
        | { readonly kind: 'values'; readonly rows: readonly { readonly values: readonly Expr[]; readonly at: Place }[] }
        | { readonly kind: 'query'; readonly query: Query };
    })
  | (Node & {
      readonly kind: 'update';
      readonly path: readonly Name[];
      readonly alias?: Name;
      readonly assignments: readonly { readonly target: readonly Name[]; readonly expr: Expr }[];
      readonly from?: FromItem;
      readonly where: Expr;
    })
  | (Node & { readonly kind: 'delete'; readonly path: readonly Name[]; readonly alias?: Name; readonly where: Expr })
  | (Node & { readonly kind: 'truncate'; readonly path: readonly Name[] })
  | Merge
  | (Node & { readonly kind: 'ddl'; readonly ddl: DdlStatement });

export interface Merge extends Node {
  readonly kind: 'merge';
  readonly path: readonly Name[];
  readonly alias?: Name;
  readonly source: FromItem;
  readonly on: Expr;
  readonly clauses: readonly MergeClause[];
}

export interface MergeClause extends Node {
  readonly when: 'MATCHED' | 'NOT MATCHED BY TARGET' | 'NOT MATCHED BY SOURCE';
  readonly condition?: Expr;
  readonly action:
    | { readonly kind: 'update'; readonly assignments: readonly { readonly target: readonly Name[]; readonly expr: Expr }[] }
    | { readonly kind: 'delete' }
    /** Without values: INSERT ROW. */
    | { readonly kind: 'insert'; readonly columns?: readonly Name[]; readonly values?: readonly Expr[] };
}
