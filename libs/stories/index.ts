export * from './asked-of.js';
export * from './demonstration.js';
export * from './home.teller.js';
export * from './http.teller.js';
export * from './read-story.js';
export * from './story.js';
export * from './tell.js';
export * from './teller.js';
