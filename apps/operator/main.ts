import 'reflect-metadata';
import { operator } from './operator.js';

process.exit(await operator(process.argv.slice(2)));
