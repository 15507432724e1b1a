export * from './journal.js';
export * from './projection.js';
export * from './provenance.js';
export * from './reading.js';
export * from './views.js';
