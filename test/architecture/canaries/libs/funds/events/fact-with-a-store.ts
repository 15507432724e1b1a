// Caught by: events-are-plain
import { store } from '../../event-store/index.js';
export const fact = store;
