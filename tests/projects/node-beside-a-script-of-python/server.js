require('node:http').createServer((_, answer) => answer.end('tide')).listen(process.env.PORT || 3000)
