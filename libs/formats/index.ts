export { Unreadable } from './unreadable.js';
export { Numeral, parseJson, penceOf } from './numeral.js';
export { type Grant, type RowProblem } from './360giving/grant.js';
export { officialId } from './360giving/identifiers.js';
export { type GrantsFile, readGrants } from './360giving/package.js';
export * from './journal/index.js';
export * from './zip.js';
