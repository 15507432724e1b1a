import { views } from '../../views/index.js';
export const rows = [views];
