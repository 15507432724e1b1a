// Caught by: only-what-is-installed-with-it
import fc from 'fast-check';
export const tool = fc;
