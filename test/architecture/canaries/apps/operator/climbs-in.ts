// Caught by: apps-enter-by-the-index
import { tree } from '../../libs/log/tree.js';
export const climbed = tree;
