import type { TypeNode } from './ast.ts';
import { notSupported } from './place.ts';
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
    const fields: { name?: string; type: TypeNode }[] = [];
    do {
      const named = s.isName() && (s.isName(1) || ['ARRAY', 'STRUCT', 'RANGE', 'INTERVAL'].includes(s.peek(1).text.toUpperCase()));
      fields.push(named ? { name: s.name().text, type: parseType(s) } : { type: parseType(s) });
    } while (s.acceptSymbol(','));
    s.expectAngle();
    return { kind: 'struct', fields, at };
  }
  if (s.acceptWord('INTERVAL')) return { kind: 'scalar', name: 'INTERVAL', at };
  const { text } = s.name('a type');
  if (s.isSymbol('(')) throw notSupported(`a parameterised type (${text.toUpperCase()}(…))`, at);
  return { kind: 'scalar', name: text, at };
}
