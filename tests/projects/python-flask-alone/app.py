from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///parcels.db"
db = SQLAlchemy(app)
db.create_all()


@app.route("/")
def home():
    return "parcels"


app.run(debug=True)
