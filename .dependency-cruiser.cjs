// The rooms of the house and who may look into which. Each rule has a canary under test/architecture/canaries that it must catch.
const { join } = require('node:path');

const CONTEXTS = 'governance|deliberation|commissioning|funds|grants|publication|subjects|assurance';
const TESTS = '\\.spec\\.ts$|\\.contract\\.ts$|/testing/|^test/';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'no-circles',
      'Two files that need each other are one idea, or a missing third. Circles also crash ESM with decorators; types alone are no circle.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule('everything-resolves', 'An import that leads nowhere works only by luck.', {}, { couldNotResolve: true }),
    rule(
      'kernel-stands-alone',
      'The kernel is what everything else leans on: plain values, and three small packages.',
      { path: '^libs/kernel/', pathNot: TESTS },
      { pathNot: '^libs/kernel/|node_modules/(typebox|canonicalize|immutable)/' },
    ),
    rule(
      'the-ground-floor-is-plain',
      'What the auditor trusts, the keys, the file formats and the database know the kernel and nothing of the house above them.',
      { path: '^libs/(log|privacy|formats|database)/', pathNot: TESTS },
      { path: '^(libs|apps)/', pathNot: '^libs/(kernel|$1)/' },
    ),
    rule(
      'events-are-plain',
      'A fact must be readable without our code for fifteen years: its declaration needs the kernel alone.',
      { path: '^libs/[^/]+/events/', pathNot: TESTS },
      { pathNot: '^libs/kernel/|^libs/([^/]+)/events/' },
    ),
    rule(
      'deciders-are-pure',
      'A rule knows its own facts and requests and the kernel: no framework, no database, no clock, no chance.',
      { path: '^libs/([^/]+)/decide/.*\\.(decider|deciders|state)\\.ts$' },
      { pathNot: '^libs/kernel/|^libs/$1/events/|^libs/$1/decide/.*\\.(decider|deciders|state|command|commands)\\.ts$' },
    ),
    rule(
      'a-context-decides-alone',
      'Requests and rules of one context import their own facts, the kernel and the event store.',
      { path: '^libs/([^/]+)/decide/', pathNot: TESTS },
      { path: '^(libs|apps)/', pathNot: '^libs/(kernel|event-store|$1)/' },
    ),
    rule(
      'contexts-meet-in-policies',
      'One context hears another only through a policy: neither its rules nor its facts name another one’s.',
      { path: `^libs/(${CONTEXTS})/(decide|events)/`, pathNot: TESTS },
      { path: `^libs/(${CONTEXTS})/`, pathNot: '^libs/$1/' },
    ),
    rule(
      'decide-never-reads-views',
      'A view may lag; a rule may not.',
      { path: '/decide/|^libs/(policies|event-store)/', pathNot: TESTS },
      { path: '^libs/views/|/views/' },
    ),
    rule(
      'views-never-decide',
      'A view folds facts into rows. It can neither ask for anything nor refuse it.',
      { path: '^libs/views/|^libs/[^/]+/views/', pathNot: TESTS },
      { path: '/decide/|^libs/(policies|home|stories|sealer|privacy)/' },
    ),
    rule(
      'the-site-writes-nothing',
      'The public pages ask questions. Nothing in their reach can carry out a request.',
      { path: '^apps/ledger/site/', pathNot: TESTS },
      {
        path: '/decide/|^libs/(policies|event-store|database|privacy|sealer|stories)/|^libs/home/(door|home|ledger\\.module|tokens)\\.ts$|^apps/ledger/api/commands',
      },
    ),
    rule(
      'the-auditor-writes-nothing',
      'The auditor shares canonical text, hashes and the types of facts with the writer, and nothing else.',
      { path: '^apps/auditor/', pathNot: TESTS },
      { path: '/decide/|/views/|^libs/(policies|event-store|database|home|views|privacy|sealer|stories)/' },
    ),
    rule('libs-know-no-apps', 'A library serves every app and names none.', { path: '^libs/', pathNot: TESTS }, { path: '^apps/' }),
    rule(
      'entered-by-its-index',
      'A library has doors: its index, and one in each of its rooms.',
      { path: '^libs/([^/]+)/', pathNot: TESTS },
      { path: '^libs/', pathNot: '^libs/$1/|/index\\.ts$' },
    ),
    rule(
      'apps-enter-by-the-index',
      'An app, too, comes in by the door.',
      { path: '^apps/', pathNot: TESTS },
      { path: '^libs/', pathNot: '/index\\.ts$' },
    ),
    rule(
      'tests-are-not-imported',
      'What is only for tests is not in the program.',
      { path: '^(libs|apps)/', pathNot: TESTS },
      { path: TESTS },
    ),
    rule(
      'only-what-is-installed-with-it',
      'The program runs where the development tools are not.',
      { path: '^(libs|apps)/', pathNot: TESTS },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/|^test/architecture/canaries/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, 'tsconfig.base.json') },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
