import { defineConfig } from 'tsup';
import { library } from '../tsup.base.ts';

// The server and the part that runs inside Harper lie beside main.js, where they are started from.
export default defineConfig({
  ...library,
  entry: { main: 'src/main.ts', 'bigquery-server': 'src/servers/bigquery-server.ts', worker: 'src/worker/call.ts' },
  dts: false,
});
