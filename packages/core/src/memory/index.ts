export { MemorySource, type MemorySourceOptions, type MemoryTable } from './memory-source.ts';
export { MemoryTarget, type MemoryTargetOptions, type QuarantinedRow, type StoredRow } from './memory-target.ts';
