import { StringDecoder } from 'node:string_decoder';

/** The lines of UTF-8 bytes, without their ends, a block of lines at a time. */
export async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const text of decoded(bytes)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}

/** UTF-8 text in pieces; a character that is cut between two pieces comes with the second. */
export async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of bytes) yield decoder.write(chunk);
  yield decoder.end();
}
