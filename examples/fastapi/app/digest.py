import hashlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool

MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Digest:
    size: int
    sha256: str


class TooLargeError(Exception):
    pass


async def digest_upload(chunks: AsyncIterator[bytes]) -> Digest:
    with tempfile.TemporaryFile(prefix="parcel-") as file:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                raise TooLargeError
            await run_in_threadpool(file.write, chunk)
        return await run_in_threadpool(_digest_file, file)


def _digest_file(file: BinaryIO) -> Digest:
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Digest(size=file.tell(), sha256=sha256)
