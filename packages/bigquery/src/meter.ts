import type { TableSpec } from '@bqsync/core';
import type { StorageClient } from './storage/client.ts';
import type { Transport } from './transport.ts';

/** The two APIs of BigQuery, as used for one table. */
export interface Apis {
  readonly transport: Transport;
  /** Absent: the Storage Read API cannot be reached with this connection. */
  readonly storage: StorageClient | undefined;
}

interface Metered {
  readonly apis: Apis;
  calls: number;
}

/** Hands out the APIs by table, and counts the calls sent for each. */
export class Meter {
  readonly #apis: Apis;
  readonly #tables = new Map<string, Metered>();

  constructor(apis: Apis) {
    this.#apis = apis;
  }

  of(table: TableSpec): Apis {
    return this.#tableOf(table).apis;
  }

  /** Calls sent for a table so far, failed ones among them. */
  calls(table: TableSpec): number {
    return this.#tables.get(table.id)?.calls ?? 0;
  }

  #tableOf({ id }: TableSpec): Metered {
    const known = this.#tables.get(id);
    if (known !== undefined) return known;
    const made: Metered = { apis: counting(this.#apis, () => made.calls++), calls: 0 };
    this.#tables.set(id, made);
    return made;
  }
}

function counting({ transport, storage }: Apis, count: () => void): Apis {
  const counted = <Result>(send: () => Result): Result => {
    count();
    return send();
  };
  return {
    transport: {
      get: (call) => counted(() => transport.get(call)),
      post: (call, body) => counted(() => transport.post(call, body)),
    },
    storage: storage && {
      createReadSession: (...args) => counted(() => storage.createReadSession(...args)),
      readRows: (...args) => counted(() => storage.readRows(...args)),
      renew: (place) => storage.renew(place),
    },
  };
}
