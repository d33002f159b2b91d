import { app } from './app.js';

const port = process.env.PORT ?? 3000;

const server = app.listen(port, (error) => {
  if (error) {
    throw error;
  }
  console.log(`parcel listening on port ${server.address().port}`);
});

function shutdown() {
  server.close();
  server.closeIdleConnections();
}

process.once('SIGTERM', shutdown);
process.once('SIGINT', shutdown);
