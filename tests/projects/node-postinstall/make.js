require('node:fs').writeFileSync('made.json', JSON.stringify('made'))
