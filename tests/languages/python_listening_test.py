from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages.python_listening import listening
from scaffold.languages.python_scripts import kinds
from scaffold.languages.python_source import Modules
from scaffold.languages.python_values import Values
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("import uvicorn\nuvicorn.run(app)", "refused"),
        ("import uvicorn\nuvicorn.run(app, host='0.0.0.0', port=9000)", "9000"),
        ("import uvicorn, os\nuvicorn.run(app, host=os.getenv('ADDR', 'localhost'))", "8000 ADDR=0.0.0.0"),
        ("from waitress import serve\nserve(app)", "8080"),
        ("from aiohttp import web\nweb.run_app(app)", "8080"),
        ("from aiohttp import web\nweb.run_app(app, host='127.0.0.1')", "refused"),
        ("from flask import Flask\napp = Flask(__name__)\napp.run()", "refused"),
        ("from flask import Flask\napp = Flask(__name__)\napp.run('0.0.0.0', 81)", "81"),
        ("from dash import Dash\napp = Dash()\napp.run()", "8050 HOST=0.0.0.0"),
        ("from sanic import Sanic\napp = Sanic()\napp.run(host='0.0.0.0')", "8000"),
        ("from x import app\nimport flask\napp.run(host='0.0.0.0')", "5000"),
        ("import gradio as gr\ndemo = gr.Blocks()\ndemo.launch()", "7860 GRADIO_SERVER_NAME=0.0.0.0"),
        ("import gradio as gr\ndemo.launch(server_name='0.0.0.0', server_port=1)", "1"),
        ("browser.launch()", "none"),
        ("from nicegui import ui\nui.run(port=5)", "5"),
        ("from http.server import HTTPServer\nHTTPServer(('', 8), H)", "8"),
        ("from http.server import HTTPServer\nADDRESS = ('localhost', 8)\nHTTPServer(ADDRESS, H)", "refused"),
        ("import socketserver\nsocketserver.TCPServer(('0.0.0.0', 8), H)", "8"),
        ("from wsgiref.simple_server import make_server\nmake_server('', 8, app)", "8"),
        ("import tornado.web\napp = tornado.web.Application()\napp.listen(8)", "8"),
        ("import websockets\nwebsockets.serve(f, 'localhost', 8)", "refused"),
        ("server.add_insecure_port('[::]:50051')", "50051"),
        ("server.add_insecure_port('localhost:50051')", "refused"),
        ("import cherrypy\ncherrypy.quickstart(App())", "refused"),
        (
            "p.add_argument('--host', default='localhost')\nimport uvicorn\nuvicorn.run(a, host=args.host)",
            "8000 --host",
        ),
        (
            "import uvicorn\ndef main(host: str = '0.0.0.0', port: int = 7):\n    uvicorn.run(a, host=host, port=port)",
            "7",
        ),
        ("subprocess.run(['a'])", "none"),
    ],
)
def test_what_listens(tree: Tree, text: str, shown: str) -> None:
    modules = Modules(tree({"main.py": text}))
    module = modules.module("main.py")
    assert module
    found = listening(module, Values(modules), kinds(module))
    if not found:
        assert shown == "none"
        return
    try:
        words = [found[0].port.text, *found[0].environment(), *found[0].flags]
    except ScaffoldError as error:
        assert error.fact.startswith(f"main.py:{text.count(chr(10)) + 1} listens on ")
        words = ["refused"]
    assert " ".join(words) == shown


def test_metrics_are_no_app(tree: Tree) -> None:
    text = (
        "from prometheus_client import start_http_server\nstart_http_server(9)\nfrom aiohttp import web\nweb.run_app(a)"
    )
    modules = Modules(tree({"main.py": text}))
    module = modules.module("main.py")
    assert module
    assert [one.port.number for one in listening(module, Values(modules), {})] == [8080, 9]
