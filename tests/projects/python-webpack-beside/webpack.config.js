const path = require('path')
module.exports = { entry: './assets/index.js', output: { path: path.resolve(__dirname, 'static/dist') } }
