export { connections, inTransaction, isRefusal } from './pool.js';
export { PostgresDatabase } from './postgres.database.js';
