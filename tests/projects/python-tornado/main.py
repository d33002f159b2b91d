import asyncio

import tornado.web

PORT = 8889


async def main():
    app = tornado.web.Application([])
    app.listen(PORT)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
