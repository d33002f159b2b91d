from fastapi import Depends, FastAPI

app = FastAPI()


def login():
    return 1


@app.get("/health")
def health(user=Depends(login)):
    return {}


@app.get("/ready")
async def ready():
    await database.execute("select 1")
    return {}
