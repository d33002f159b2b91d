const http = require('node:http')

http.createServer((request, response) => response.end('x')).listen(process.env.PORT || 3000)
