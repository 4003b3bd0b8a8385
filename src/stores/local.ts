/** Objects on a disk: a file or a folder to read from, a folder to write into. */
export { LOCAL_BUCKET, localCoverage, localSource } from './local-source.ts';
export { localStore } from './local-store.ts';
