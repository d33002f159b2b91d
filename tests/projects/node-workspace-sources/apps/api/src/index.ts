import { createServer } from 'node:http'

const port: string = Number(process.env.PORT) || 5100
createServer((_, response) => response.end('wrong types')).listen(port)
