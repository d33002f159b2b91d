from flask import Flask


def create_app(name):
    app = Flask(__name__)
    return app
