// Imported first, for its effect: an old Node gets one clear line instead of a fault somewhere later.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const wanted = manifest.engines.node.replace(/[^\d.]/g, '');
const parts = (version) => version.split('.').map(Number);

function isOlder(version, than) {
  const [a, b] = [parts(version), parts(than)];
  const differs = b.findIndex((part, index) => part !== a[index]);
  return differs >= 0 && a[differs] < b[differs];
}

if (isOlder(process.versions.node, wanted)) {
  process.stderr.write(`bqsync needs Node ${wanted} or newer; this is ${process.versions.node}. See https://nodejs.org/\n`);
  process.exit(2);
}
