const ms = require('ms')
require('node:http').createServer((_, response) => response.end(ms(43200000))).listen(process.env.PORT || 4300)
