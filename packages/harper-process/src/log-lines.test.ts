import { expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

it('joins chunks to lines, drops colours and the logo, and keeps the last lines', () => {
  const seen: string[] = [];
  const lines = new LogLines((line) => seen.push(line));
  lines.push('\u001b[38;5;16m▒▓ \u001b[39m\nfirst ha');
  lines.push('lf\nsecond');
  lines.end();
  expect(seen).toEqual(['first half', 'second']);
  expect(lines.tail(1)).toEqual(['second']);
});
