from __future__ import annotations

import pytest

from scaffold.engine import Change
from scaffold.probe import AT_START, Added, Names, of_changes, of_log, rows, tail


def folders(**known: tuple[str, ...]) -> Names:
    """What is in folders, by path with `__` for a slash."""
    return {name.replace("__", "/"): names for name, names in known.items()}.get


def changed(text: str) -> list[Change]:
    return [Change(*line.split(" ", 1)) for line in text.splitlines()]


def test_new_folders() -> None:
    changes = changed(
        "C /app\nA /app/logs\nA /app/logs/a.log\nA /app/audit\nC /var\nC /var/lib\nA /var/lib/x\nA /var/lib/x/y"
    )
    assert of_changes("web", changes, (), folders(__app__audit=())) == (
        Added("web", "/app/logs", "tmpfs", AT_START),
        Added("web", "/app/audit", "writable", AT_START),
        Added("web", "/var/lib/x", "writable", AT_START),
    )


@pytest.mark.parametrize(
    ("changes", "there", "path", "key"),
    [
        ("C /app\nA /app/db.sqlite3", {}, "/app/db.sqlite3", "writable"),
        ("C /app/db.sqlite3", {}, "/app/db.sqlite3", "writable"),
        ("A /app/debug.log", {"__app": ("server.js",)}, "/app/debug.log", "writable"),
        ("C /app/src\nA /app/src/db.json", {"__app__src": ("a.js", "db.json")}, "/app/src/db.json", "writable"),
        ("C /app/logs\nA /app/logs/a.log", {"__app__logs": (".gitkeep", "a.log")}, "/app/logs", "tmpfs"),
        ("C /app/db\nA /app/db/a.db\nA /app/db/b.db", {"__app__db": ("a.db", "b.db")}, "/app/db", "writable"),
        ("A /srv/pid", {"__srv": ("pid",)}, "/srv", "writable"),
        ("A /var/cache/x/y", {"__var__cache__x": ("y",)}, "/var/cache/x", "tmpfs"),
        ("A /app/.next\nA /app/.next/cache\nA /app/.next/cache/a", {}, "/app/.next", "writable"),
    ],
)
def test_what_becomes_of_a_path(changes: str, there: dict[str, tuple[str, ...]], path: str, key: str) -> None:
    assert of_changes("web", changed(changes), (), folders(**there)) == (Added("web", path, key, AT_START),)


@pytest.mark.parametrize(
    "changes",
    [
        "A /tmp/x",
        "A /root/.bash_history",
        "A /run/x",
        "C /etc/mtab",
        "A /usr/lib/python3/x",
        "A /sbin/docker-init",
        "A /app/__pycache__",
        "A /app/a.pyc",
        "D /app/x",
        "C /app",
        "A /app/data/x.db",
        "A /app/pid",
        "A /app/store.d\nA /app/store.d/x",
        "A /x.db",
        "A /app/a b\nA /app/a b/c",
    ],
)
def test_what_is_left_out(changes: str) -> None:
    assert of_changes("web", changed(changes), ("/app/data",), folders(__app=("pid",), __=("x.db",))) == ()


@pytest.mark.parametrize(
    ("line", "path", "key"),
    [
        ("Error: EROFS: read-only file system, mkdir '/app/logs'", "/app/logs", "tmpfs"),
        ("Error: EACCES: permission denied, mkdir 'state'", "/app/web/state", "writable"),
        ("Error: EROFS: read-only file system, open 'db.json'", "/app/web/db.json", "writable"),
        ("OSError: [Errno 30] Read-only file system: '/app/out'", "/app/out", "writable"),
        ("PermissionError: [Errno 13] Permission denied: '/var/lib/x/y.db'", "/var/lib/x", "writable"),
        ("panic: open app.db: read-only file system", "/app/web/app.db", "writable"),
        ("2026/11/22 mkdir /srv/x: permission denied", "/srv/x", "writable"),
    ],
)
def test_logs(line: str, path: str, key: str) -> None:
    names = folders(__app__web=("server.js",))
    (found,) = of_log("web", f"before\n{line}\n    at x", "/app/web", (), names)
    assert (found.path, found.key) == (path, key)
    assert found.evidence in line


@pytest.mark.parametrize(
    "line", ["Error: ENOENT, open 'x'", "EACCES: permission denied, listen '/tmp/x'", "EROFS: mkdir '/data/x'", ""]
)
def test_logs_of_something_else(line: str) -> None:
    assert of_log("web", line, "/app", ("/data",), folders()) == ()


def test_what_is_within_another_is_left_out() -> None:
    log = "mkdir '/app/a': read-only file system\nmkdir '/app/a/b': read-only file system"
    assert [one.path for one in of_log("web", log, "/app", (), folders())] == ["/app/a"]


def test_tail() -> None:
    assert tail("\n".join(map(str, range(20))) + "\n\n", 3) == "17\n18\n19"


def test_rows() -> None:
    added = [Added("web", "/app/logs", "tmpfs", AT_START), Added("web", "/srv", "writable", "open: EROFS")]
    assert [*rows(added)] == ["/app/logs  written at start  tmpfs", "/srv       open: EROFS       volume"]
    assert [*rows(added[1:], named=True)] == ["web  /srv  open: EROFS  volume"]
    assert [*rows([])] == []
