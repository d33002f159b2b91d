from flask import Flask

app = Flask(__name__)


@app.get("/")
def index() -> str:
    return "<script src=/static/dist/main.js></script>"
