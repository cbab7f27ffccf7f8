import packageJson from '../package.json' with { type: 'json' };

/** Of the plugin, as it is installed. */
export const VERSION: string = packageJson.version;
