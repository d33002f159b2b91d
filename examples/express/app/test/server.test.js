import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { app } from '../app.js';
import { MAX_BYTES } from '../digest.js';

let server;
let base;
let temporary;

before(async () => {
  temporary = await mkdtemp(join(os.tmpdir(), 'parcel-test-'));
  process.env.TMPDIR = temporary;
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  server.close();
  server.closeAllConnections();
  await rm(temporary, { recursive: true });
});

function upload(body) {
  return fetch(`${base}/files`, { method: 'POST', body });
}

test('GET / names the routes', async () => {
  const response = await fetch(`${base}/`);
  assert.equal(response.status, 200);
  const { message } = await response.json();
  for (const route of ['/healthz', '/files', '/whoami']) {
    assert.ok(message.includes(route), route);
  }
});

test('GET /healthz reports ok', async () => {
  const response = await fetch(`${base}/healthz`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('POST /files answers with size and digest', async () => {
  const response = await upload('hello');
  assert.equal(response.status, 201);
  assert.deepEqual(await response.json(), {
    size: 5,
    sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  });
});

test('POST /files accepts an empty body', async () => {
  const response = await upload('');
  assert.equal(response.status, 201);
  assert.deepEqual(await response.json(), {
    size: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
});

test('POST /files accepts a body at the limit', async () => {
  const response = await upload(Buffer.alloc(MAX_BYTES));
  assert.equal(response.status, 201);
  assert.equal((await response.json()).size, MAX_BYTES);
});

test('POST /files rejects a body over the limit', async () => {
  const response = await upload(Buffer.alloc(MAX_BYTES + 1));
  assert.equal(response.status, 413);
  assert.deepEqual(await response.json(), { detail: 'Body exceeds 10 MiB' });
});

test('POST /files leaves no temporary file behind', async () => {
  await upload('hello');
  await upload(Buffer.alloc(MAX_BYTES + 1));
  assert.deepEqual(await readdir(temporary), []);
});

test('GET /whoami names the current user', async () => {
  const response = await fetch(`${base}/whoami`);
  assert.equal(response.status, 200);
  const { username, uid } = os.userInfo();
  assert.deepEqual(await response.json(), { user: username, uid });
});

test('anything else is not found', async () => {
  assert.equal((await fetch(`${base}/missing`)).status, 404);
  assert.equal((await fetch(`${base}/files`)).status, 404);
});
