const { mkdirSync, writeFileSync } = require('node:fs')

mkdirSync('build')
writeFileSync('build/index.html', '<title>one page</title>')
