import os
import sqlite3

from flask import Flask

from shop.views import pages


def create_app(config=None):
    app = Flask(__name__, instance_relative_config=True)
    os.makedirs(app.instance_path, exist_ok=True)
    database = sqlite3.connect(os.path.join(app.instance_path, "shop.sqlite"))
    database.execute("create table if not exists visits (at text)")
    database.execute("insert into visits values ('now')")
    app.config["VISITS"] = database.execute("select count(*) from visits").fetchone()[0]
    app.register_blueprint(pages)
    return app
