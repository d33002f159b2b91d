import { createServer } from 'node:http'

const greeting: string = 'typed'
createServer((request, response) => response.end(greeting)).listen(Number(process.env.PORT ?? 3000))
