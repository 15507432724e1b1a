export * from './event-store.js';
export * from './adapters/in-memory.event-store.js';
export * from './adapters/sqlite.event-store.js';
