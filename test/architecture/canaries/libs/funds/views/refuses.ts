// Caught by: views-never-decide
import { grants } from '../../grants/decide/index.js';
export const refused = grants;
