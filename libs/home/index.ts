export * from './ask.js';
export * from './check-shape.js';
export * from './door.js';
export * from './everything.js';
export * from './home.js';
export * from './ledger.module.js';
export * from './settings.js';
export * from './tokens.js';
