// Caught by: the-auditor-writes-nothing
import { door } from '../../libs/home/index.js';
export const opened = door;
