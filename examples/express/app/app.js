import os from 'node:os';

import express from 'express';

import { digestUpload, TooLargeError } from './digest.js';

export const app = express();

app.disable('x-powered-by');
app.enable('case sensitive routing');
app.enable('strict routing');

app.get('/', (req, res) => {
  res.json({ message: 'parcel: GET /healthz, POST /files, GET /whoami' });
});

app.get('/healthz', (req, res) => {
  res.json({ status: 'ok' });
});

app.get('/whoami', (req, res) => {
  const { username, uid } = os.userInfo();
  res.json({ user: username, uid });
});

app.post('/files', async (req, res) => {
  res.status(201).json(await digestUpload(req));
});

app.use((req, res) => {
  res.status(404).json({ detail: 'Not Found' });
});

// Express recognises an error handler by its four parameters.
app.use((error, req, res, next) => {
  if (req.socket.destroyed) {
    return;
  }
  // A response sent ahead of an unread body would stall the connection.
  req.resume();
  if (error instanceof TooLargeError) {
    res.status(413).json({ detail: error.message });
    return;
  }
  console.error(error);
  res.status(500).json({ detail: 'Internal Server Error' });
});
