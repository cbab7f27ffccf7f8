import { expect, test } from 'vitest';
import { readRelated } from './multipart.ts';

const BODY =
  '--b\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n--b\r\nContent-Type: text/plain\r\n\r\nline\r\n--not\r\n\r\nend\r\n--b--\r\n';

async function* pieces(text: string, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += length) yield await Promise.resolve(Buffer.from(text.slice(at, at + length)));
}

test.each([1, 2, 3, 5, 17, 1000])('parts do not depend on chunks of %i bytes', async (length) => {
  const { metadata, media } = await readRelated('multipart/related; boundary="b"', pieces(BODY, length));
  expect(metadata).toBe('{"a":1}');
  const chunks = [];
  for await (const chunk of media) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('line\r\n--not\r\n\r\nend');
});

test('an upload that breaks off is refused', async () => {
  const { media } = await readRelated('multipart/related; boundary=b', pieces(BODY.slice(0, -8), 10));
  await expect(async () => {
    for await (const _ of media);
  }).rejects.toThrow('ends before its closing boundary');
});
