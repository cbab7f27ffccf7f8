import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { execFileSync } from 'node:child_process';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

export interface ScopeRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** A registry on loopback that serves tarballs of one scope by name, as npm asks for them; every other package comes from npm's usual one. */
export async function serveScope(tarballs: readonly string[]): Promise<ScopeRegistry> {
  const packages = new Map(
    tarballs.map((path) => {
      const manifest = JSON.parse(execFileSync('tar', ['-xzOf', path, 'package/package.json'], { encoding: 'utf8' })) as Manifest;
      return [manifest.name, { manifest, file: basename(path), bytes: readFileSync(path) }];
    }),
  );
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/').slice(1);
    const tarball = [...packages.values()].find(({ file }) => path === `-/${file}`);
    if (tarball !== undefined) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball.bytes);
      return;
    }
    const found = packages.get(path);
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { manifest, file, bytes } = found;
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const version = { ...manifest, dist: { tarball: `${url}/-/${file}`, integrity } };
    const document = { name: manifest.name, 'dist-tags': { latest: manifest.version }, versions: { [manifest.version]: version } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
