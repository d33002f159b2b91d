import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export const MAX_BYTES = 10 * 1024 * 1024;

export class TooLargeError extends Error {
  constructor() {
    super('Body exceeds 10 MiB');
    this.name = 'TooLargeError';
  }
}

export async function digestUpload(upload) {
  const directory = await mkdtemp(join(tmpdir(), 'parcel-'));
  try {
    const path = join(directory, 'upload');
    await pipeline(limited(upload), createWriteStream(path));

    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of createReadStream(path)) {
      size += chunk.length;
      hash.update(chunk);
    }
    return { size, sha256: hash.digest('hex') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function* limited(upload) {
  let size = 0;
  // Destroying the request would close the socket before a 413 can be sent.
  for await (const chunk of upload.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      throw new TooLargeError();
    }
    yield chunk;
  }
}
