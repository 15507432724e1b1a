export * from './checkpoint.js';
export * from './entry.js';
export * from './log-proof.js';
export * from './merkle.js';
export * from './note.js';
export * from './receipt.js';
export * from './tiles.js';
export * from './trust-policy.js';
