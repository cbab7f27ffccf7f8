export { type ApplicationParts, createApplication } from './application.ts';
export { freePorts, isPortFree } from './free-ports.ts';
export { endLeftoverHarper, type HarperProcess, startHarper } from './harper-process.ts';
export { type InstallOptions, installTarballs } from './install.ts';
export type { Credentials, HarperOptions } from './options.ts';
export { endProcess, identify, isAlive, type ProcessIdentity } from './process-record.ts';
export { type PackOptions, packWorkspace } from './workspace-tarballs.ts';
export { type ScopeRegistry, serveScope } from './scope-registry.ts';
