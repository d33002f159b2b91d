const fs = require('node:fs')
const http = require('node:http')
const ms = require('ms')

const left = fs.existsSync('node_modules/is-number') ? 'not pruned' : 'pruned'
http.createServer((_, res) => res.end(`${ms(60000)} ${left}`)).listen(process.env.PORT)
