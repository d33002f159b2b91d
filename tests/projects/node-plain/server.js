require("node:http")
  .createServer((request, response) => response.end("plain"))
  .listen(process.env.PORT || 3000);
