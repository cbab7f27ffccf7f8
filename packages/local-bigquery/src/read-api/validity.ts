/** Which rows of a column are not NULL: one bit each, as DuckDB and Arrow both have it. Holds nothing until the first NULL comes. */
export class Validity {
  nullCount = 0;
  #length = 0;
  #bits: Uint8Array | undefined;

  get length(): number {
    return this.#length;
  }

  /** Bytes for a record batch; empty when every row is valid. */
  get bits(): Uint8Array {
    return this.#bits?.subarray(0, (this.#length + 7) >> 3) ?? new Uint8Array(0);
  }

  /** Adds rows `start` to `start + count` of a DuckDB mask; no mask means that all are valid. */
  append(mask: Uint8Array | null, start: number, count: number): void {
    if (mask === null) this.appendAll(true, count);
    else for (let row = start; row < start + count; row += 1) this.#push(isValid(mask, row));
  }

  appendAll(valid: boolean, count: number): void {
    if (valid && this.#bits === undefined) this.#length += count;
    else for (let row = 0; row < count; row += 1) this.#push(valid);
  }

  reset(): void {
    this.#length = 0;
    this.nullCount = 0;
    this.#bits = undefined;
  }

  #push(valid: boolean): void {
    const at = this.#length;
    this.#length += 1;
    if (valid && this.#bits === undefined) return;
    const bits = this.#reserve();
    const byte = at >> 3;
    if (valid) bits[byte] = (bits[byte] ?? 0) | (1 << (at & 7));
    else {
      bits[byte] = (bits[byte] ?? 0) & ~(1 << (at & 7));
      this.nullCount += 1;
    }
  }

  #reserve(): Uint8Array {
    const needed = (this.#length + 7) >> 3;
    const bits = this.#bits;
    if (bits !== undefined && bits.length >= needed) return bits;
    const grown = new Uint8Array(Math.max(256, needed * 2));
    if (bits) grown.set(bits);
    // All rows so far were valid.
    else grown.fill(0xff, 0, needed);
    this.#bits = grown;
    return grown;
  }
}

export function isValid(mask: Uint8Array | null, row: number): boolean {
  return mask === null || (((mask[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}
