export { connections, inTransaction } from './pool.js';
export { PostgresDatabase } from './postgres.database.js';
