import type { Name } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';
import { type Place, syntaxError } from './place.ts';

/** GoogleSQL's reserved words: these are no names unless in backticks. */
const RESERVED = new Set(
  (
    'ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT DEFAULT DEFINE DESC ' +
    'DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HASH HAVING IF ' +
    'IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER ' +
    'OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE ' +
    'UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH WITHIN'
  ).split(' '),
);

/** Reads a statement's tokens one after the other. */
export class TokenStream {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #positionals = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError('a token stream is never empty');
    return token;
  }

  get at(): Place {
    return this.peek().at;
  }

  next(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }

  /** The text of what `parse` takes. */
  textOf(parse: () => unknown): string {
    const { start } = this.peek();
    parse();
    return this.text.slice(start, this.peek(-1).end);
  }

  nextPositional(): number {
    this.#positionals += 1;
    return this.#positionals - 1;
  }

  get hasPositionals(): boolean {
    return this.#positionals > 0;
  }

  /** Whether the next tokens are these unquoted words. */
  isWord(...words: string[]): boolean {
    return words.every((word, i) => this.peek(i).upper === word);
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    return this.peek(ahead).kind === 'symbol' && this.peek(ahead).text === symbol;
  }

  acceptWord(...words: string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.#index += words.length;
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#index += 1;
    return true;
  }

  expectWord(...words: string[]): void {
    for (const word of words) if (!this.acceptWord(word)) throw this.unexpected(`keyword ${word}`);
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected(`"${symbol}"`);
  }

  /** Closes a type's angle bracket; `>>` counts as two. */
  expectAngle(): void {
    if (this.isSymbol('>>')) {
      const token = this.peek();
      const half = { ...token, text: '>', start: token.start + 1, at: { ...token.at, column: token.at.column + 1 } };
      (this.#tokens as Token[])[this.#index] = half;
      return;
    }
    this.expectSymbol('>');
  }

  /** Whether the token can be a name where a name is optional. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.upper));
  }

  name(what = 'identifier'): Name {
    if (!this.isName()) throw this.unexpected(what);
    const token = this.next();
    return { text: token.text, at: token.at };
  }

  /** A name after a dot, where reserved words are names too. */
  nameAfterDot(): Name {
    const token = this.next();
    if (token.kind !== 'quoted' && token.kind !== 'word') throw this.#unexpectedToken(token, 'identifier');
    return { text: token.text, at: token.at };
  }

  /**
   * The path of a table: `a`.`b`.`c`, `a.b.c` in one pair of backticks, or unquoted with dashes in its first part (`my-project.ds.t`).
   */
  tablePath(): Name[] {
    const parts: Name[] = [];
    const first = this.peek();
    if (first.kind === 'word') {
      const name = this.name('table name');
      let text = name.text;
      let end = first.end;
      while (
        this.isSymbol('-') &&
        this.peek().start === end &&
        ['word', 'integer'].includes(this.peek(1).kind) &&
        this.peek(1).start === end + 1
      ) {
        this.next();
        const piece = this.next();
        text += `-${piece.text}`;
        end = piece.end;
        // `my-2b`: digits and letters are two tokens.
        while (['word', 'integer'].includes(this.peek().kind) && this.peek().start === end) {
          const more = this.next();
          text += more.text;
          end = more.end;
        }
      }
      parts.push({ text, at: name.at });
    } else {
      parts.push(...splitPath(this.name('table name')));
    }
    while (this.acceptSymbol('.')) {
      const quoted = this.peek().kind === 'quoted';
      const name = this.nameAfterDot();
      parts.push(...(quoted ? splitPath(name) : [name]));
    }
    return parts;
  }

  unexpected(wanted?: string): Error {
    return this.#unexpectedToken(this.peek(), wanted);
  }

  #unexpectedToken(token: Token, wanted?: string): Error {
    const got = describe(token);
    return syntaxError(wanted === undefined ? `Unexpected ${got}` : `Expected ${wanted} but got ${got}`, token.at);
  }
}

const splitPath = (name: Name): Name[] => name.text.split('.').map((text) => ({ text, at: name.at }));

function describe(token: Token): string {
  if (token.kind === 'end') return 'end of statement';
  if (token.kind === 'string') return 'string literal';
  if (token.kind === 'bytes') return 'bytes literal';
  if (token.kind === 'integer') return `integer literal "${token.text}"`;
  if (token.kind === 'float') return `floating point literal "${token.text}"`;
  if (token.kind === 'parameter') return `"@${token.text}"`;
  if (token.kind === 'word') return RESERVED.has(token.upper) ? `keyword ${token.upper}` : `identifier "${token.text}"`;
  if (token.kind === 'quoted') return `identifier \`${token.text}\``;
  return `"${token.text}"`;
}
