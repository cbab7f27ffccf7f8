export interface CsvOptions {
  readonly delimiter: string;
  /** One character, or empty: nothing is quoted. */
  readonly quote: string;
  readonly allowQuotedNewlines: boolean;
}

/** One value of a record; a quoted one is never NULL. */
export interface CsvValue {
  readonly text: string;
  readonly quoted: boolean;
}

/** Splits CSV text, given in pieces, into records; an empty line is none. */
export class CsvReader {
  readonly #options: CsvOptions;
  #record: CsvValue[] = [];
  #text = '';
  #state: 'start' | 'plain' | 'quoted' | 'quote-in-quoted' = 'start';
  #wasQuoted = false;

  constructor(options: CsvOptions) {
    this.#options = options;
  }

  /** Records that are complete after this piece. Throws on a quoted line break that is not allowed. */
  *push(text: string): Generator<CsvValue[]> {
    for (const character of text) {
      const record = this.#take(character);
      if (record) yield record;
    }
  }

  /** The last record, when the text does not end in a line break. */
  end(): CsvValue[] | undefined {
    if (this.#state === 'quoted') throw new Error('the text ends inside a quoted value');
    return this.#endRecord();
  }

  #take(character: string): CsvValue[] | undefined {
    const { quote, delimiter } = this.#options;
    if (this.#state === 'quoted') {
      if (character === quote) this.#state = 'quote-in-quoted';
      else {
        if (character === '\n' && !this.#options.allowQuotedNewlines)
          throw new Error('a quoted value contains a line break (see allowQuotedNewlines)');
        this.#text += character;
      }
      return undefined;
    }
    if (character === quote && quote !== '' && this.#state !== 'plain') {
      if (this.#state === 'quote-in-quoted') this.#text += quote;
      this.#state = 'quoted';
      this.#wasQuoted = true;
      return undefined;
    }
    if (character === delimiter) {
      this.#endValue();
      return undefined;
    }
    if (character === '\n') return this.#endRecord();
    if (this.#state === 'quote-in-quoted' && character !== '\r')
      throw new Error(`data between a closing quote and the next "${delimiter}"`);
    if (this.#state === 'start') this.#state = 'plain';
    this.#text += character;
    return undefined;
  }

  #endValue(): void {
    this.#record.push({ text: this.#text, quoted: this.#wasQuoted });
    this.#text = '';
    this.#wasQuoted = false;
    this.#state = 'start';
  }

  #endRecord(): CsvValue[] | undefined {
    if (this.#text.endsWith('\r')) this.#text = this.#text.slice(0, -1);
    if (this.#record.length === 0 && this.#text === '' && !this.#wasQuoted) {
      this.#state = 'start';
      return undefined;
    }
    this.#endValue();
    const record = this.#record;
    this.#record = [];
    return record;
  }
}
