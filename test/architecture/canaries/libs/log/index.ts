export { tree } from './tree.js';
