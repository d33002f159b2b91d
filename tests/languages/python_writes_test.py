from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

HEAD = "import logging, os, sqlite3\nfrom pathlib import Path\nHERE = Path(__file__).parent\n"


@pytest.mark.parametrize(
    ("line", "writable", "tmpfs"),
    [
        ("os.makedirs('data', exist_ok=True)", "/app/data", "none"),
        ("(HERE / 'a' / 'b').mkdir()", "/app/a/b", "none"),
        ("os.makedirs('a'); os.makedirs('a/b')", "/app/a", "none"),
        ("open('out/a.txt', 'w')", "/app/out", "none"),
        ("open('out/a.txt')", "none", "none"),
        ("Path('out/a').write_text('')", "/app/out", "none"),
        ("Path('out/a').open('a')", "/app/out", "none"),
        ("open('state.db', 'wb')", "/app/state.db", "none"),
        ("open('/tmp/a', 'w')", "none", "none"),
        ("open('/etc/a', 'w')", "none", "none"),
        ("open(f'{name}.txt', 'w')", "none", "none"),
        ("open('code/notes.db', 'w')", "/app/code/notes.db", "none"),
        ("os.makedirs('code')", "none", "none"),
        ("sqlite3.connect('shop.sqlite')", "/app/shop.sqlite", "none"),
        ("sqlite3.connect(':memory:')", "none", "none"),
        ("sqlite3.connect('../dbs/shop.db')", "/dbs", "none"),
        ("create_engine('sqlite:///./shop.db')", "/app/shop.db", "none"),
        ("create_engine(f'sqlite+aiosqlite:///{HERE}/dbs/shop.db')", "/app/dbs", "none"),
        ("create_engine('sqlite://')", "none", "none"),
        ("URL = os.getenv('URL', 'sqlite:////srv/shop.db')", "/srv", "none"),
        ("logging.FileHandler('logs/a.txt')", "none", "/app/logs"),
        ("logging.basicConfig(filename=HERE / 'logs/a.txt')", "none", "/app/logs"),
        ("LOGGING = {'handlers': {'a': {'filename': 'var/a.txt'}}}", "/app/var", "none"),
        ("UPLOAD_FOLDER = 'static/uploads'", "/app/static/uploads", "none"),
        ("CACHE_DIR = os.path.join(HERE, '.cache')", "none", "/app/.cache"),
        ("app.config['UPLOAD_FOLDER'] = 'uploads'", "/app/uploads", "none"),
        ("DATABASES = {'a': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': HERE / 'a.db'}}", "/app/a.db", "none"),
    ],
)
def test_where_it_writes(found: Look, line: str, writable: str, tmpfs: str) -> None:
    tree = {"requirements.txt": "", "main.py": HEAD + line, "code/a.py": ""}
    assert found("python", tree, "writable").partition(" (")[0] == writable
    assert found("python", tree, "tmpfs").partition(" (")[0] == tmpfs


def test_folder_of_flask_sqlalchemy(found: Look) -> None:
    text = "from flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\nURI = 'sqlite:///shop.db'"
    assert found("python", {"requirements.txt": "", "app.py": text}, "writable") == "/app/instance (app.py:3)"


@pytest.mark.parametrize(
    ("path", "version", "writable"),
    [
        ("app.py", "2.4.4", "/app/shop.db"),
        ("shop/__init__.py", "2.5", "/app/shop/shop.db"),
        ("app.py", "3", "/app/instance"),
    ],
)
def test_file_of_old_flask_sqlalchemy(found: Look, path: str, version: str, writable: str) -> None:
    text = "from flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\nURI = 'sqlite:///shop.db'"
    tree = {"requirements.txt": f"Flask-SQLAlchemy=={version}", path: text}
    assert found("python", tree, "writable").partition(" (")[0] == writable


def test_modules_that_nothing_imports_are_left_out(found: Look) -> None:
    tree = {"requirements.txt": "", "main.py": "", "other.py": "open('out/a', 'w')"}
    assert found("python", tree, "writable") == "none"
