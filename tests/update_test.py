"""`update` as a whole: its flags, what it refuses, how it is taken back, and answers that were edited by hand."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scaffold import commands, lock
from scaffold.errors import Conflict, ScaffoldError
from scaffold.merging import BETWEEN, OURS, YOURS
from scaffold.project import Project
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from scaffold.update import Moves, Updated, abort
from tests import inside, remade
from tests.commands_test import tree
from tests.day import TODAY
from tests.generated import PROJECTS, write
from tests.laws import findings
from tests.remade import FILES, again, pins, put, texts, whole

DOCKERFILE, IGNORED, COMPOSE, DEPENDABOT = FILES


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project of Node on slim, as generated."""
    return remade.made(tmp_path / "shop", "node", "slim")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return remade.changed_templates(tmp_path_factory.mktemp("newer") / "templates")


def edit(root: Path, path: str, old: str, new: str) -> str:
    text = (root / path).read_bytes().decode()
    assert old in text
    (root / path).write_bytes(text.replace(old, new).encode())
    return text


def what(result: Updated) -> dict[str, str]:
    return {one.path: one.what for one in result.outcomes}


def conflicting(root: Path) -> dict[str, str | None]:
    """Makes the next update a conflict; gives the files as they are before it."""
    edit(root, DOCKERFILE, "EXPOSE 3000", "EXPOSE 3001")
    edit(root, COMPOSE, "cpus: 0.5", "cpus: 2")
    edit(root, ANSWERS, 'port = ["3000"]', 'port = ["9000"]')
    return whole(root)


def test_nothing_new(shop: Path) -> None:
    before = tree(shop)
    result = again(shop)
    assert set(what(result).values()) == {"unchanged"} and tree(shop) == before and result.written


def test_pins_alone(shop: Path, folder: Path) -> None:
    edit(shop, DOCKERFILE, "USER 65532", "# mine\nUSER 65532")
    before = texts(shop)
    with remade.templates(folder), remade.newer_pins():
        result = again(shop, Moves(templates=False))
        assert what(result)[DOCKERFILE] == "merged" and what(result)[COMPOSE] == "unchanged"
        assert all(remade.lines(before[path]) == remade.lines(texts(shop)[path]) for path in FILES)
        assert [image.digest for image in result.images] == [f"sha256:{remade.NEW}"]
        assert pins(texts(shop)) == {"node #-trixie-slim": {f"{result.images[0].tag}@sha256:{remade.NEW}"}}
        assert set(what(again(shop, Moves(templates=False))).values()) == {"unchanged"}
        texts_follow = again(shop)
    assert what(texts_follow)[DOCKERFILE] == "merged" and "LABEL kept" in (shop / DOCKERFILE).read_text()


def test_pins_alone_leave_what_answers_of_another_line_want(shop: Path) -> None:
    before = texts(shop)
    edit(shop, ANSWERS, 'version = "24"', 'version = "26"')
    result = again(shop, Moves(templates=False))
    assert texts(shop) == before
    assert "The saved answers want node:26." in " ".join(result.notes)
    assert "run dockerscaffold update without --pins" in " ".join(result.notes)
    assert "node 26" in (again(shop) and (shop / DOCKERFILE).read_text().lower())


def test_templates_alone(shop: Path, folder: Path) -> None:
    before = pins(texts(shop))
    with remade.templates(folder), remade.newer_pins():
        result = again(shop, Moves(pins=False))
    assert what(result)[DOCKERFILE] == "updated" and pins(texts(shop)) == before and result.before == result.images
    assert findings({path: text for path, text in texts(shop).items() if text}) == set()


def test_both(shop: Path, folder: Path) -> None:
    before = pins(texts(shop))
    with remade.templates(folder), remade.newer_pins():
        again(shop)
    assert pins(texts(shop)) != before and "LABEL kept" in (shop / DOCKERFILE).read_text()


def test_a_dry_run(shop: Path) -> None:
    held = tree(shop)
    with remade.newer_pins():
        result = again(shop, dry_run=True)
    assert what(result)[DOCKERFILE] == "updated" and not result.written and tree(shop) == held


def test_a_deleted_file_stays_so_unless_it_is_to_be_restored(shop: Path) -> None:
    text = (shop / COMPOSE).read_text()
    (shop / COMPOSE).unlink()
    for _ in range(2):
        assert what(again(shop))[COMPOSE] == "deleted" and not (shop / COMPOSE).exists()
    assert what(again(shop, Moves(restore=True)))[COMPOSE] == "restored" and (shop / COMPOSE).read_text() == text
    assert set(what(again(shop)).values()) == {"unchanged"}


def test_a_conflict_is_shown_refused_and_gone_on_from(shop: Path) -> None:
    conflicting(shop)
    done = inside.run("update", "--offline", cwd=shop)
    text = (shop / DOCKERFILE).read_text()
    line = text.splitlines().index(YOURS) + 1
    assert done.code == 1 and re.search(rf"Dockerfile +conflict +line {line}\n", done.err)
    assert f"{YOURS}\nEXPOSE 3001\n{BETWEEN}\nEXPOSE 9000\n{OURS}\n" in text
    held = tree(shop)
    refused = inside.run("update", "--offline", cwd=shop)
    assert refused.code == 1 and f"Dockerfile:{line}." in refused.err and "--abort" in refused.err
    assert tree(shop) == held
    (shop / DOCKERFILE).write_text(text.replace(f"{YOURS}\nEXPOSE 3001\n{BETWEEN}\n", "").replace(f"{OURS}\n", ""))
    resolved = (shop / DOCKERFILE).read_text()
    done = inside.run("update", "--offline", cwd=shop)
    assert done.code == 0 and (shop / DOCKERFILE).read_text() == resolved
    assert "pending" not in (shop / LOCK).read_text() and "[[before]]" not in (shop / LOCK).read_text()
    assert set(what(again(shop)).values()) == {"unchanged"}
    with pytest.raises(ScaffoldError, match="No update is waiting"):
        abort(str(shop), Options())


@pytest.mark.parametrize(("flag", "port"), [("--keep", "3001"), ("--force", "9000")])
def test_a_flag_settles_conflicts(flag: str, port: str, shop: Path) -> None:
    conflicting(shop)
    done = inside.run("update", "--offline", flag, cwd=shop)
    assert done.code == 0, done.err
    text = (shop / DOCKERFILE).read_text()
    assert f"EXPOSE {port}\n" in text and YOURS not in text and "PORT=9000" in text
    assert "cpus: 2\n" in (shop / COMPOSE).read_text(), "an edit that conflicts with nothing stays"
    assert inside.run("update", "--offline", cwd=shop).code == 0 and (shop / DOCKERFILE).read_text() == text


def test_a_quiet_update_tells_of_conflicts(shop: Path) -> None:
    conflicting(shop)
    for flags in (["--dry-run"], []):
        done = inside.run("update", "--offline", "--quiet", *flags, cwd=shop)
        assert done.code == 1 and re.match(r"error: Lines conflict: Dockerfile:\d+\.\n", done.err)
        assert ("remove them" in done.err) is not bool(flags)


def test_a_mark_that_was_forgotten_is_not_resolved(shop: Path) -> None:
    conflicting(shop)
    again(shop)
    edit(shop, DOCKERFILE, f"{YOURS}\n", "")
    with pytest.raises(Conflict, match=r"Dockerfile:\d+\."):
        again(shop)


def test_taking_back_brings_every_byte(shop: Path) -> None:
    (shop / DEPENDABOT).unlink()
    edit(shop, ANSWERS, 'health-path = "/healthz"\n', "")
    edit(shop, COMPOSE, "\n", "\r\n")
    write(shop / "api", PROJECTS["go"])
    (shop / ANSWERS).write_text((shop / ANSWERS).read_text() + '\n[service.api]\ndirectory = "api"\nport = ["8080"]\n')
    edit(shop, DOCKERFILE, "EXPOSE 3000", "EXPOSE 3001")
    edit(shop, ANSWERS, 'port = ["3000"]', 'port = ["9000"]')
    held = whole(shop)
    with remade.newer_pins():
        result = again(shop, Moves(restore=True))
    assert result.conflicts and what(result)["api/Dockerfile"] == "created" and what(result)[DEPENDABOT] == "restored"
    assert what(result)[ANSWERS] == "updated"
    shown = abort(str(shop), Options(dry_run=True))
    assert not shown.written and whole(shop) != held
    result = abort(str(shop), Options())
    assert what(result)["api/Dockerfile"] == "removed" and what(result)[LOCK] == "restored"
    assert whole(shop) == held and not (shop / "api/Dockerfile").exists() and not (shop / DEPENDABOT).exists()
    assert result.images == lock.load_lock(Project(shop)).images
    with pytest.raises(ScaffoldError, match="No update is waiting"):
        abort(str(shop), Options())
    with remade.newer_pins():
        assert again(shop, Moves(restore=True)).conflicts


def test_answers_that_were_edited_since_are_not_taken_back(shop: Path) -> None:
    held = conflicting(shop)
    again(shop)
    edit(shop, ANSWERS, 'tier = "slim"', 'tier = "scratch"')
    assert ANSWERS not in what(abort(str(shop), Options()))
    assert 'tier = "scratch"' in (shop / ANSWERS).read_text() and whole(shop) | {ANSWERS: held[ANSWERS]} == held


def test_answers_that_an_update_changed_are_taken_back_unless_edited_since(shop: Path) -> None:
    edit(shop, ANSWERS, 'health-path = "/healthz"\n', "")
    held = conflicting(shop)
    again(shop)
    assert "health-path" in (shop / ANSWERS).read_text()
    edit(shop, ANSWERS, 'tier = "slim"', 'tier = "scratch"')
    with pytest.raises(Conflict, match=f"{ANSWERS} changed since the update"):
        abort(str(shop), Options())
    abort(str(shop), Options(force=True))
    assert whole(shop) == held


def test_new_leaves_conflicts_that_can_be_taken_back(shop: Path) -> None:
    held = conflicting(shop)
    again(shop)
    half = tree(shop)
    for flag in ("--keep", "--merge", "--dry-run"):
        done = inside.run("new", "--yes", "--offline", flag, cwd=shop)
        assert done.code == 1 and "Conflicts are not resolved yet: Dockerfile:" in done.err and tree(shop) == half
    abort(str(shop), Options())
    assert whole(shop) == held
    again(shop)
    assert inside.run("new", "--yes", "--offline", "--force", cwd=shop).code == 0
    assert YOURS not in (shop / DOCKERFILE).read_text()


def test_what_was_edited_since_is_not_removed(shop: Path) -> None:
    write(shop / "api", PROJECTS["go"])
    (shop / ANSWERS).write_text((shop / ANSWERS).read_text() + '\n[service.api]\ndirectory = "api"\n')
    conflicting(shop)
    again(shop)
    (shop / "api/Dockerfile").write_text("mine\n")
    abort(str(shop), Options())
    assert (shop / "api/Dockerfile").read_text() == "mine\n"


@pytest.mark.parametrize("kept", [False, True], ids=["made", "was there"])
def test_folders_that_an_update_made_are_taken_back_too(kept: bool, shop: Path) -> None:
    (shop / DEPENDABOT).unlink()
    if not kept:
        (shop / DEPENDABOT).parent.rmdir()
    held = conflicting(shop)
    before = tree(shop)
    assert what(again(shop, Moves(restore=True)))[DEPENDABOT] == "restored"
    assert "folders = 1\n" in (shop / LOCK).read_text() or kept
    abort(str(shop), Options())
    assert whole(shop) == held and tree(shop).keys() == before.keys() and (shop / DEPENDABOT).parent.exists() == kept


def test_a_folder_that_somebody_uses_since_stays(shop: Path) -> None:
    shutil.rmtree(shop / ".github")
    conflicting(shop)
    again(shop, Moves(restore=True))
    put(shop, {".github/workflows/ci.yml": "mine\n"})
    abort(str(shop), Options())
    assert not (shop / DEPENDABOT).exists() and (shop / ".github/workflows/ci.yml").read_text() == "mine\n"


def test_flags_of_abort(shop: Path) -> None:
    held = conflicting(shop)
    inside.run("update", "--offline", cwd=shop)
    half = tree(shop)
    for flag in ("--dry-run", "--diff"):
        done = inside.run("update", "--abort", flag, cwd=shop)
        assert done.code == 0 and tree(shop) == half
    assert "+EXPOSE 3001" in done.out or f"-{YOURS}" in done.out
    assert inside.run("update", "--abort", cwd=shop).code == 0 and whole(shop) == held
    done = inside.run("update", "--abort", cwd=shop)
    assert done.code == 2 and "No update is waiting" in done.err


def test_json_and_diff(shop: Path) -> None:
    conflicting(shop)
    held = tree(shop)
    done = inside.run("update", "--offline", "--json", "--diff", cwd=shop)
    content = json.loads(done.out)
    made = {one["path"]: one for one in content["files"]}
    assert done.code == 1 and tree(shop) == held and content["written"] is False
    assert made[DOCKERFILE]["outcome"] == "conflict" and len(made[DOCKERFILE]["conflicts"]) == 1
    assert "+EXPOSE 9000" in made[DOCKERFILE]["diff"] and made[IGNORED]["outcome"] == "unchanged"
    assert content["images"][0]["digest"].startswith("sha256:")
    done = inside.run("update", "--offline", "--diff", cwd=shop)
    assert done.code == 1 and done.out.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n") and tree(shop) == held
    edit(shop, DOCKERFILE, "EXPOSE 3001", "EXPOSE 3000")
    done = inside.run("update", "--offline", "--json", cwd=shop)
    content = json.loads(done.out)
    assert done.code == 0 and content["written"] is True and "diff" not in content["files"][0]
    assert inside.run("update", "--offline", "--quiet", cwd=shop)[:2] == (0, "")


def test_pins_that_moved_are_said(shop: Path) -> None:
    with remade.newer_pins():
        done = inside.run("update", "--offline", "--pins", cwd=shop)
    assert re.search(r"pins +node:24\.[\d.]+-trixie-slim -> 24\.[\d.]+-trixie-slim\n", done.err)
    done = inside.run("update", "--offline", "--templates", "--dry-run", cwd=shop)
    assert "Dry run" in done.out and "pins" not in done.out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: None, "has no .dockerscaffold.lock, so there is nothing to go by. | Run dockerscaffold new "),
        (lambda text: text.replace("format = 2", "format = 9"), "has format 9, and dockerscaffold"),
        (lambda text: f"{text}<<<<<<< HEAD\n", "has marks of a merge's conflict. | Take either side"),
        (lambda text: text[:-9], "is not TOML"),
        (lambda text: f"{text}image = 1\n"[text.index("[[file]]") :], "does not say its format. | Take back what"),
        (lambda text: "", "does not say its format. | Take back what"),
        (lambda text: text.replace('path = "Docker', 'path = "../Docker'), "a file that is not made by dockerscaffold"),
    ],
    ids=["none", "newer", "merged", "damaged", "cut", "empty", "outside"],
)
def test_locks_that_cannot_be_gone_by(change: Callable[[str], str | None], words: str, shop: Path) -> None:
    put(shop, {LOCK: change((shop / LOCK).read_text())})
    held = tree(shop)
    with pytest.raises(ScaffoldError) as caught:
        again(shop)
    assert words in f"{caught.value.fact} | {caught.value.remedy}" and caught.value.code == 2
    assert tree(shop) == held


def test_a_lock_of_format_1(shop: Path) -> None:
    text = (shop / LOCK).read_text()
    text = re.sub(r"\[\[detected\]\]\n(?:.+\n)+\n", "", re.sub(r"sha256 = .*\n", "", text))
    (shop / LOCK).write_text(text.replace("format = 2", "format = 1"))
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    with remade.newer_pins():
        result = again(shop)
    assert what(result)[DOCKERFILE] == "merged" and "ENV A=1\n" in (shop / DOCKERFILE).read_text()
    assert tomllib.loads((shop / LOCK).read_text())["format"] == lock.FORMAT
    with remade.newer_pins():
        assert set(what(again(shop)).values()) == {"unchanged"}


def test_a_text_of_the_lock_that_was_changed(shop: Path) -> None:
    edit(shop, LOCK, '"EXPOSE 3000"', '"EXPOSE 3003"')
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    held, files = tree(shop), whole(shop)
    with pytest.raises(Conflict) as caught:
        again(shop)
    assert "The lock's text of Dockerfile was changed" in caught.value.fact and "-ENV A=1" in caught.value.diff
    assert caught.value.code == 1 and tree(shop) == held
    assert what(again(shop, dry_run=True))[DOCKERFILE] == "conflict" and tree(shop) == held
    assert what(again(shop, keep=True))[DOCKERFILE] == "kept"
    assert (shop / DOCKERFILE).read_text() == files[DOCKERFILE] and set(what(again(shop)).values()) == {"unchanged"}
    put(shop, files)
    assert what(again(shop, force=True))[DOCKERFILE] == "replaced"
    assert "ENV A=1" not in (shop / DOCKERFILE).read_text() and set(what(again(shop)).values()) == {"unchanged"}


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ('tier = "slim"', 'tier = "distroless"', "FROM gcr.io/distroless/nodejs24-debian13:nonroot@"),
        ('tier = "slim"', 'tier = "alpine"', "FROM node:24."),
        ('port = ["3000"]', 'port = ["9000", "53/udp"]', "EXPOSE 9000\nEXPOSE 53/udp\n"),
        ('version = "24"', 'version = "26"', "FROM node:26."),
        ('health-path = "/healthz"', 'health-path = "/up"', "http://127.0.0.1:3000/up'"),
        ('start = "node server.js"', 'start = "node main.js"', 'ENTRYPOINT ["/usr/local/bin/node", "main.js"]'),
        (
            "\n[service",
            'registry-mirror = ["docker.io=m.example/hub"]\n\n[service',
            "FROM m.example/hub/library/node:24.",
        ),
    ],
)
def test_answers_that_were_edited_by_hand(old: str, new: str, holds: str, shop: Path) -> None:
    (shop / "main.js").touch()
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    edit(shop, COMPOSE, "networks:\n  frontend", "# mine\nnetworks:\n  frontend")
    edit(shop, IGNORED, "# Secrets\n", "# Secrets\n**/mine\n")
    edit(shop, ANSWERS, old, new)
    saved = (shop / ANSWERS).read_text()
    result = again(shop)
    text = (shop / DOCKERFILE).read_text()
    assert result.conflicts == {} and what(result)[DOCKERFILE] == "merged" and holds in text
    assert "\n\nENV A=1\n\nUSER 65532" in text and "\n# mine\n" in (shop / COMPOSE).read_text()
    assert "**/mine\n" in (shop / IGNORED).read_text() and (shop / ANSWERS).read_text() == saved
    assert findings({path: str(text) for path, text in texts(shop).items()}) == set()
    assert set(what(again(shop)).values()) == {"unchanged"}


def test_a_mirror_keeps_what_a_bot_put_there(shop: Path) -> None:
    text = (shop / DOCKERFILE).read_text()
    (shop / DOCKERFILE).write_text(re.sub(r"node:24[\d.]+(-\S+@sha256:)\w+", rf"node:24.999.1\g<1>{'b' * 64}", text))
    edit(shop, ANSWERS, "\n[service", 'registry-mirror = ["docker.io=m.example/hub"]\n\n[service')
    assert again(shop).conflicts == {}
    assert (
        f"FROM m.example/hub/library/node:24.999.1-trixie-slim@sha256:{'b' * 64} AS build\n"
        in (shop / DOCKERFILE).read_text()
    )


def test_an_answer_that_does_not_fit_changes_nothing(shop: Path) -> None:
    edit(shop, ANSWERS, 'tier = "slim"', 'tier = "slimmer"')
    held = tree(shop)
    with pytest.raises(ScaffoldError):
        again(shop)
    assert tree(shop) == held


def test_a_service_that_is_added_and_removed(shop: Path) -> None:
    write(shop / "api", PROJECTS["go"])
    saved = (shop / ANSWERS).read_text()
    (shop / ANSWERS).write_text(f'{saved}\n[service.api]\ndirectory = "api"\nport = ["8080"]\n')
    edit(shop, COMPOSE, "    cpus: 0.5", "    cpus: 2")
    result = again(shop)
    assert what(result)["api/Dockerfile"] == "created" and what(result)[COMPOSE] == "merged" and not result.conflicts
    services = yaml.safe_load((shop / COMPOSE).read_text())["services"]
    assert list(services) == ["web", "api"] and services["web"]["cpus"] == 2 and services["api"]["cpus"] == 0.5
    assert 'language = "go"' in (shop / ANSWERS).read_text() and set(what(again(shop)).values()) == {"unchanged"}
    (shop / ANSWERS).write_text(saved)
    result = again(shop)
    assert result.notes[-2:] == (
        "api/.dockerignore is made no more: remove it when nothing of yours needs it.",
        "api/Dockerfile is made no more: remove it when nothing of yours needs it.",
    )
    services = yaml.safe_load((shop / COMPOSE).read_text())["services"]
    assert list(services) == ["web"] and services["web"]["cpus"] == 2 and (shop / "api/Dockerfile").exists()


@pytest.mark.parametrize("moves", [Moves(), Moves(pins=False), Moves(templates=False)])
def test_two_services_of_two_versions(moves: Moves, tmp_path: Path) -> None:
    for name in ("web", "api"):
        write(tmp_path / name, PROJECTS["node"])
    both = (("web", "web"), ("api", "api"))
    write(tmp_path, {ANSWERS: '[service.web]\nversion = "24"\n[service.api]\nversion = "22"\nport = ["3001"]\n'})
    commands.new(str(tmp_path), {"tier": "slim"}, Options(offline=True, services=both), TODAY)
    paths = ["web/Dockerfile", "api/Dockerfile"]
    assert pins(texts(tmp_path, paths[:1])) != pins(texts(tmp_path, paths[1:]))
    for path, line in zip(paths, ("24", "22"), strict=True):
        text = re.sub(
            rf"node:{line}[\d.]+(-\S+@sha256:)\w+",
            rf"node:{line}.999.1\g<1>{'b' * 64}",
            _text(tmp_path / path),
            count=1,
        )
        (tmp_path / path).write_text(text)
    result = again(tmp_path, moves)
    assert result.conflicts == {} and result.warnings == ()
    for path, line in zip(paths, ("24", "22"), strict=True):
        found = pins(texts(tmp_path, [path]))["node #-trixie-slim"]
        assert found == {f"{line}.999.1-trixie-slim@sha256:{'b' * 64}"}
    assert set(what(again(tmp_path, moves)).values()) == {"unchanged"}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
