// Caught by: the-ground-floor-is-plain
import { views } from '../views/index.js';
export const known = views;
