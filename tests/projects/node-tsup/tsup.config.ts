export default { entry: ['src/index.ts'], format: ['esm'], outDir: 'lib' }
