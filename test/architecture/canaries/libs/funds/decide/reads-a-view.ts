// Caught by: decide-never-reads-views
import { rows } from '../../grants/views/index.js';
export const read = rows;
