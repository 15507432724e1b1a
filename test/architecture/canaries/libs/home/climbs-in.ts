// Caught by: entered-by-its-index
import { tree } from '../log/tree.js';
export const climbed = tree;
