import { invalid } from './api-error.ts';

interface RelatedParts {
  /** The first part: the metadata. */
  readonly metadata: string;
  /** The second part, as it arrives. */
  readonly media: AsyncIterable<Buffer>;
}

const LINE_END = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/** Reads a `multipart/related` upload of two parts; the media is handed on while it arrives. */
export async function readRelated(contentType: string, body: AsyncIterable<Buffer>): Promise<RelatedParts> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw invalid('A multipart upload needs a boundary in its content-type');
  const source = new ByteSource(body);
  const delimiter = Buffer.from(`--${name}`);
  const inner = Buffer.concat([LINE_END, delimiter]);
  await collect(source.until(delimiter));
  await collect(source.until(HEAD_END));
  const metadata = await collect(source.until(inner));
  await collect(source.until(HEAD_END));
  return { metadata: metadata.toString('utf8'), media: source.until(inner) };
}

async function collect(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that are cut at marks. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Everything before the mark, which is passed over. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      if (at >= 0) {
        const before = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        if (before.length > 0) yield before;
        return;
      }
      // The mark may be cut between two chunks: keep what could be its beginning.
      const keep = Math.min(this.#held.length, mark.length - 1);
      const ready = this.#held.subarray(0, this.#held.length - keep);
      this.#held = this.#held.subarray(this.#held.length - keep);
      if (ready.length > 0) yield ready;
      const next = await this.#chunks.next();
      if (next.done === true) throw invalid('The multipart upload ends before its closing boundary');
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    }
  }
}
