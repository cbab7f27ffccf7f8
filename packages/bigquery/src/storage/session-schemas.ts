const MAX_SESSIONS = 200;

/** The Arrow schemas of read sessions, for answers that bring none. The oldest are forgotten: they can be read again. */
export class SessionSchemas {
  readonly #schemas = new Map<string, Uint8Array>();

  note(stream: string, schema: Uint8Array): void {
    const session = sessionOf(stream);
    this.#schemas.delete(session);
    this.#schemas.set(session, schema);
    for (const oldest of this.#schemas.keys()) {
      if (this.#schemas.size <= MAX_SESSIONS) break;
      this.#schemas.delete(oldest);
    }
  }

  of(stream: string): Uint8Array | undefined {
    return this.#schemas.get(sessionOf(stream));
  }
}

/** `projects/p/locations/l/sessions/s` of `projects/p/locations/l/sessions/s/streams/t`. */
function sessionOf(stream: string): string {
  return stream.replace(/\/streams\/[^/]*$/, '');
}
