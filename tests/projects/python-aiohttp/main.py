from aiohttp import web


async def index(request):
    return web.Response(text="fast")


app = web.Application()
app.add_routes([web.get("/", index)])

if __name__ == "__main__":
    web.run_app(app, port=8085)
