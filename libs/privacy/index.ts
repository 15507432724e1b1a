export * from './key-store.js';
export { LocalMasterKey, type MasterKey } from './master-key.js';
