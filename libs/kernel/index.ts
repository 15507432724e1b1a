export * from './canonical.js';
export * from './clock.js';
export * from './decider.js';
export * from './fact.js';
export * from './fields.js';
export * from './money.js';
export * from './postings.js';
export * from './refusal.js';
