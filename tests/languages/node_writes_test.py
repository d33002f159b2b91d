"""Folders that a program writes to and variables that it asks for, read in sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.sources import facts

WRITES = [
    ("fs.mkdirSync('./uploads')", "/app/uploads", None),
    ("fs.mkdirSync(path.join(__dirname, 'logs'), { recursive: true })", None, "/app/logs"),
    ("const dir = path.join(__dirname, 'data');\nfs.writeFileSync(path.join(dir, name), x)", "/app/data", None),
    ("new Database('shop.db')", "/app/shop.db", None),
    ("new Database('./data/shop.db')", "/app/data", None),
    ("multer({ dest: 'uploads/' })", "/app/uploads", None),
    ("new winston.transports.File({ filename: 'logs/error.log' })", None, "/app/logs"),
    ("fs.createWriteStream(`${__dirname}/public/uploads/${name}`)", "/app/public/uploads", None),
    (
        "new Sequelize({ dialect: 'sqlite', storage: process.env.DB || './database.sqlite' })",
        "/app/database.sqlite",
        None,
    ),
    ("fs.writeFileSync(path.join(process.cwd(), 'db.json'), x)", "/app/db.json", None),
    ("fs.writeFileSync(path.join(os.tmpdir(), 'x'), y)", None, None),
    ("fs.writeFileSync('/data/x.json', y)", "/data", None),
    ("fs.readFileSync('./uploads/x')", None, None),
    ("new Sequelize({ database: 'shop' })", None, None),
]


@pytest.mark.parametrize(("text", "kept", "lost"), WRITES)
def test_where_it_writes(text: str, kept: str | None, lost: str | None, tmp_path: Path) -> None:
    answers = facts(tmp_path, text).answers
    assert [answers[key].value if key in answers else None for key in ("writable", "tmpfs")] == [kept, lost]


def test_no_folder_of_code_is_hidden(tmp_path: Path) -> None:
    files = {"server.js": "fs.writeFileSync('models/cache.json', x);\nfs.mkdirSync('models')", "models/user.js": ""}
    assert facts(tmp_path, files).answers["writable"].value == "/app/models/cache.json"


NEEDS = [
    ("if (!process.env.API_KEY) { throw new Error('no') }", ["API_KEY"]),
    ("if (!process.env.MODE) process.exit(1)", ["MODE"]),
    ("mongoose.connect(process.env.MONGO_URI)", ["MONGO_URI"]),
    ("mongoose.connect(process.env.MONGO_URI || 'mongodb://db')", []),
    ("if (process.env.SENTRY_TOKEN) { start(process.env.SENTRY_TOKEN) }", []),
    ("log(process.env.COLOR)", []),
]


@pytest.mark.parametrize(("text", "names"), NEEDS)
def test_what_it_needs(text: str, names: list[str], tmp_path: Path) -> None:
    assert [need.value for need in facts(tmp_path, text).needs] == names
