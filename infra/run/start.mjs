import { goOn } from './common.mjs';
goOn('apps/ledger/main.js');
