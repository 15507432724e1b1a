// Caught by: everything-resolves
import { nobody } from './nobody.js';
export const found = nobody;
