export * from './eventstoredb-double.js';
