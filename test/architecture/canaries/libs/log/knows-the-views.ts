// Caught by: log-privacy-and-formats-are-plain
import { views } from '../views/index.js';
export const known = views;
