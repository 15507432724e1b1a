export * from './command.js';
export * from './event-store.js';
export * from './entry-numbers.js';
export * from './known.js';
export * from './ledger.js';
export * from './policy.js';
export * from './adapters/in-memory.event-store.js';
export * from './adapters/sqlite.event-store.js';
