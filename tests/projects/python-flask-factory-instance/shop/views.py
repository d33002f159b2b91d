from flask import Blueprint, current_app

pages = Blueprint("pages", __name__)


@pages.route("/ping")
def ping():
    return "pong"


@pages.route("/")
def index():
    return f"visits: {current_app.config['VISITS']}"
