import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

it('joins the chunks of each stream to lines, drops colours and the logo, and keeps the last lines', async () => {
  const seen: string[] = [];
  const lines = new LogLines((line) => seen.push(line));
  const [out, err] = [new PassThrough(), new PassThrough()];
  lines.follow(out);
  lines.follow(err);
  out.write('\u001b[38;5;16m▒▓ \u001b[39m\nfirst ha');
  // Before the other stream's line is whole.
  await expect.poll(() => out.readableLength).toBe(0);
  err.end('a warning\nits end');
  await once(err, 'close');
  out.end('lf\nsecond');
  await once(out, 'close');
  expect(seen).toEqual(['a warning', 'its end', 'first half', 'second']);
  expect(lines.tail(1)).toEqual(['second']);
});
