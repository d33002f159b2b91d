const http = require('node:http')
const ms = require('ms')
const made = require('./made.json')

http.createServer((_, res) => res.end(`${made} ${ms(60000)}`)).listen(process.env.PORT)
