import asyncio
import os

import uvicorn
from api.main import app


async def poll():
    while True:
        await asyncio.sleep(1)


async def main():
    app.state.bot = "parcels"
    config = uvicorn.Config(app, host=os.getenv("API_HOST", "0.0.0.0"), port=int(os.getenv("API_PORT", "9000")))
    await asyncio.gather(uvicorn.Server(config).serve(), poll())


if __name__ == "__main__":
    asyncio.run(main())
