require('node:fs').writeFileSync('made.js', 'module.exports = require("ms")\n')
