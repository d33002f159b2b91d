from aiohttp import web


async def make_app():
    app = web.Application()
    return app
