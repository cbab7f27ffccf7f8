import type { FaultBook } from '../faults/fault-book.ts';
import { readObject } from '../http/body.ts';
import type { Router } from '../http/router.ts';

/** Faults on request, for tests of what a client does about them. */
export function faultRoutes(router: Router, faults: FaultBook): void {
  router.on('GET', '/local/faults', () => ({ status: 200, body: { faults: faults.list() } }));
  router.on('POST', '/local/faults', async (call) => ({ status: 200, body: faults.add(await readObject(call.request)) }));
  router.on('DELETE', '/local/faults', () => {
    faults.clear();
    return { status: 204 };
  });
  router.on('DELETE', '/local/faults/:id', (call) => {
    faults.clear(call.params['id']);
    return { status: 204 };
  });
}
