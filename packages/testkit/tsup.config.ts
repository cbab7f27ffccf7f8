import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

export default defineConfig({ ...library, entry: { index: 'src/index.ts', 'sim/main': 'src/sim/main.ts', 'sim/worker': 'src/sim/worker.ts' } });
