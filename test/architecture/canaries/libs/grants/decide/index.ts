import { store } from '../../event-store/index.js';
import { facts } from '../events/index.js';
export const grants = [store, facts];
