/**
 * A map by id that a state keeps: one entry more makes a new register that shares the others with the old one. A plain object would be
 * copied whole for each fact, and a stream of ten thousand facts would take a hundred million steps to fold.
 */
export { Map as Register } from 'immutable';
