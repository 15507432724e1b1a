import { kernel } from '../../kernel/index.js';
export const facts = [kernel];
