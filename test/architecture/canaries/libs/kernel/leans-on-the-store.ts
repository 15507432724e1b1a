// Caught by: kernel-stands-alone
import { store } from '../event-store/index.js';
export const leaning = store;
