const http = require('node:http')

http.createServer((request, response) => response.end('nine')).listen(process.env.PORT || 3000)
