from fastapi import APIRouter

api = APIRouter()
v1 = APIRouter(prefix="/v1")


@v1.get("/health")
def health():
    return {"status": "ok"}


api.include_router(v1)
