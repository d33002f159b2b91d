require('node:fs').writeFileSync('made/text.txt', 'made at build')
