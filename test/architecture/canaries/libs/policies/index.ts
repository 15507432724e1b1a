import { grants } from '../grants/decide/index.js';
export const policies = [grants];
