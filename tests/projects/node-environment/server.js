if (process.env.NODE_ENV === 'docker') {
  require('node:http').createServer((_, response) => response.end(process.env.GREETING)).listen(3000)
}
