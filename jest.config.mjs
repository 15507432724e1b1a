const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2023',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];
const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|js|mjs)$': swc },
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|canonicalize|content-disposition|cookie|fast-check|file-type|jose|kysely|pure-rand|typebox|uint8array-extras|strtok3|token-types|load-esm|@tokenizer|@borewit)/)',
  ],
  resolver: '<rootDir>/infra/run/jest-resolver.cjs',
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@ledger/([a-z-]+)/(events|decide|views|testing|postgres)$': '<rootDir>/libs/$1/$2/index.ts',
    '^@ledger/([a-z-]+)$': '<rootDir>/libs/$1/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};
const project = (displayName, testMatch) => ({ ...shared, displayName, testMatch: testMatch.map((glob) => `<rootDir>/${glob}`) });
export default {
  testTimeout: 60_000,
  projects: [
    project('unit', ['libs/**/*.spec.ts', 'apps/**/*.spec.ts']),
    project('architecture', ['test/architecture/*.spec.ts']),
    project('scenarios', ['test/scenarios/*.spec.ts']),
    project('faults', ['test/faults/*.spec.ts']),
    project('exchange', ['test/exchange/*.spec.ts']),
    project('proof', ['test/proof/*.spec.ts', 'test/interop/*.spec.ts']),
    project('e2e', ['test/e2e/*.spec.ts']),
    project('containers', ['test/containers/*.spec.ts']),
  ],
};
