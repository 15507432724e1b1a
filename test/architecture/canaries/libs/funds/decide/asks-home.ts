// Caught by: a-context-decides-alone
import { door } from '../../home/index.js';
export const asked = door;
