from fastapi import FastAPI

from shop.routes import api
from shop.settings import settings

app = FastAPI()
app.include_router(api, prefix="/api")

if __name__ == "__main__":
    import uvicorn

    uvicorn.run("shop.main:app", host="127.0.0.1", port=settings.port, reload=True)
