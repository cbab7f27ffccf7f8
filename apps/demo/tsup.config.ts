import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

// The server's file lies beside main.js, where it is started from as a process of its own.
export default defineConfig({
  ...library,
  entry: { main: 'src/main.ts', 'bigquery-server': 'src/servers/bigquery-server.ts' },
  dts: false,
});
