const http = require('node:http')

http.createServer((request, response) => response.end(require('node:fs').readFileSync('made/text.txt'))).listen(process.env.PORT || 3000)
