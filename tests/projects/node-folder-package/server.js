const http = require('node:http')
const ms = require('ms')
const own = require('own')

http.createServer((_, res) => res.end(`${own} ${ms(60000)}`)).listen(process.env.PORT)
