const http = require('node:http');
const bcrypt = require('bcrypt');
http.createServer((q, r) => r.end(`hash ${bcrypt.hashSync('x', 4).length}\n`)).listen(process.env.PORT || 3000);
