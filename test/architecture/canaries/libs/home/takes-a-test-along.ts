// Caught by: tests-are-not-imported
import { specify } from '../kernel/testing/index.js';
export const along = specify;
