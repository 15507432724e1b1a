// Caught by: libs-know-no-apps
import { app } from '../../apps/ledger/main.js';
export const named = app;
