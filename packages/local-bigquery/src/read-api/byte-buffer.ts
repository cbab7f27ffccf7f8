/** Bytes that grow. */
export class ByteBuffer {
  length = 0;
  #bytes = new Uint8Array(1024);

  /** Makes room for more bytes and returns where they go; all of them are to be written. */
  reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    return at;
  }

  /** All of it, also beyond the length; valid until the next `reserve`. */
  get memory(): Uint8Array {
    return this.#bytes;
  }

  push(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
