import sqlite3

from flask import Flask

app = Flask(__name__)
database = sqlite3.connect("../store/shop.db")
