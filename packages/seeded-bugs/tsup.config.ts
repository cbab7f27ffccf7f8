import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

export default defineConfig({ ...library, entry: { main: 'src/main.ts' }, dts: false });
