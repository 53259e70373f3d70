/** The direction of imports, as drawn in docs/architecture.md. */
const production = '^(functions|shared)/';
const pureLibrary = '^node_modules/luxon/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment: 'core imports core and the pure library on the short list (time zones)',
      severity: 'error',
      from: { path: '^shared/core/' },
      to: { pathNot: ['^shared/core/', pureLibrary, '^node_modules/@types/luxon'] },
    },
    {
      name: 'ports-know-core-only',
      severity: 'error',
      from: { path: '^shared/ports/' },
      to: { pathNot: ['^shared/core/', '^shared/ports/'] },
    },
    {
      name: 'use-cases-know-core-and-ports',
      severity: 'error',
      from: { path: '^shared/use-cases/([^/]+)' },
      to: { pathNot: ['^shared/core/', '^shared/ports/', '^shared/use-cases/$1/'] },
    },
    {
      name: 'adapters-keep-to-their-technology',
      comment: 'adapters/http is what all HTTP clients have in common; it imports no other adapter',
      severity: 'error',
      from: { path: '^shared/adapters/([^/]+)/' },
      to: { path: '^(shared/adapters/(?!$1/|http/)|shared/use-cases/|functions/|shared/config)' },
    },
    {
      name: 'sdks-live-in-their-adapter',
      severity: 'error',
      from: { path: '^shared/', pathNot: '^shared/adapters/' },
      to: { path: '^node_modules/@(azure|microsoft)/' },
    },
    {
      name: 'functions-call-use-cases',
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/(main|wiring)[.]ts$' },
      to: { path: '^shared/(adapters|config)' },
    },
    {
      name: 'production-stands-alone',
      severity: 'error',
      from: { path: production },
      to: { path: '^(local|tests|bench|portal/src)/' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'production-uses-production-packages',
      severity: 'error',
      from: { path: production },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
