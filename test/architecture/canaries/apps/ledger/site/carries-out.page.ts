// Caught by: the-site-writes-nothing
import { policies } from '../../../libs/policies/index.js';
export const page = policies;
