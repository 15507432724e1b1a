export { door } from './door.js';
