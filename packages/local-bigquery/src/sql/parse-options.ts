import type { Option } from './ast.ts';
import { parseExpression } from './parse-expression.ts';
import type { TokenStream } from './token-stream.ts';

/** `OPTIONS(name = value, …)`; the stream stands at its first word. */
export function parseOptions(s: TokenStream): Option[] {
  s.expectWord('OPTIONS');
  s.expectSymbol('(');
  const options: Option[] = [];
  while (!s.isSymbol(')')) {
    const name = s.name('an option');
    s.expectSymbol('=');
    options.push({ name, value: parseExpression(s) });
    if (!s.acceptSymbol(',')) break;
  }
  s.expectSymbol(')');
  return options;
}
