import type { TypeNode } from './ast.ts';
import { parseOptions } from './parse-options.ts';
import { syntaxError } from './place.ts';
import type { TokenStream } from './token-stream.ts';

export function parseType(s: TokenStream): TypeNode {
  const { at } = s;
  if (s.acceptWord('ARRAY')) {
    s.expectSymbol('<');
    const element = parseType(s);
    s.expectAngle();
    return { kind: 'array', element, at };
  }
  if (s.acceptWord('RANGE')) {
    s.expectSymbol('<');
    const element = parseType(s);
    s.expectAngle();
    return { kind: 'range', element, at };
  }
  if (s.acceptWord('STRUCT')) {
    s.expectSymbol('<');
    const fields: Extract<TypeNode, { kind: 'struct' }>['fields'][number][] = [];
    do {
      const named = s.isName() && (s.isName(1) || ['ARRAY', 'STRUCT', 'RANGE', 'INTERVAL'].includes(s.peek(1).text.toUpperCase()));
      const name = named ? s.name().text : undefined;
      const type = parseType(s);
      const notNull = s.acceptWord('NOT', 'NULL');
      const options = s.isWord('OPTIONS') && s.isSymbol('(', 1) ? parseOptions(s) : undefined;
      fields.push({ ...(name === undefined ? {} : { name }), type, ...(notNull ? { notNull } : {}), ...(options ? { options } : {}) });
    } while (s.acceptSymbol(','));
    s.expectAngle();
    return { kind: 'struct', fields, at };
  }
  if (s.acceptWord('INTERVAL')) return { kind: 'scalar', name: 'INTERVAL', at };
  const { text } = s.name('a type');
  if (!s.acceptSymbol('(')) return { kind: 'scalar', name: text, at };
  const parameters: bigint[] = [];
  do {
    const token = s.next();
    if (token.kind !== 'integer') throw syntaxError(`Expected integer literal but got "${token.text}"`, token.at);
    parameters.push(BigInt(token.text));
  } while (s.acceptSymbol(','));
  s.expectSymbol(')');
  return { kind: 'scalar', name: text, parameters, at };
}
