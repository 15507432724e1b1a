export * from './entry.js';
export * from './log-store.js';
