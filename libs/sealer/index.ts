export * from './compare.js';
export * from './published-log.js';
export * from './sealer.js';
export * from './seals-store.js';
export * from './signer.js';
export * from './witness.js';
export * from './witness-store.js';
