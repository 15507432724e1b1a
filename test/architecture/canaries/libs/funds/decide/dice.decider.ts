// Caught by: deciders-are-pure
import { randomInt } from 'node:crypto';
export const decided = randomInt(2) === 1;
