import { door } from '../../libs/home/index.js';
export const app = [door];
