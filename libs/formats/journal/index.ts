export * from './books.js';
export * from './beancount.js';
export * from './hledger.js';
