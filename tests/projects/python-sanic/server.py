from sanic import Sanic, text

app = Sanic("shop")


@app.get("/")
async def index(request):
    return text("hello")


if __name__ == "__main__":
    app.run()
