import { auditor } from './auditor.js';

process.exit(await auditor(process.argv.slice(2)));
