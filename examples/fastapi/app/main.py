import getpass
import os
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from digest import Digest, TooLargeError, digest_upload

app = FastAPI(
    title="parcel",
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
    redirect_slashes=False,
)


@app.get("/")
async def index() -> dict[str, str]:
    return {"message": "parcel: GET /healthz, POST /files, GET /whoami"}


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/whoami")
def whoami() -> dict[str, str | int]:
    return {"user": getpass.getuser(), "uid": os.getuid()}


@app.post("/files", status_code=HTTPStatus.CREATED)
async def files(request: Request) -> Digest:
    try:
        return await digest_upload(request.stream())
    except TooLargeError:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Body exceeds 10 MiB"
        ) from None
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Upload incomplete") from None


@app.exception_handler(HTTPStatus.METHOD_NOT_ALLOWED)
async def method_not_allowed(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Not Found"}, HTTPStatus.NOT_FOUND)
