"""What is said of each file of an update, in words and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scaffold import machine, news
from scaffold.merging import YOURS
from scaffold.model import Outcome
from scaffold.news import News
from scaffold.state import ANSWERS
from scaffold.update import Moves, Updated
from tests import inside, remade
from tests.remade import FILES, again
from tests.update_test import conflicting, edit

DOCKERFILE, IGNORED, COMPOSE, DEPENDABOT = FILES


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return remade.made(tmp_path / "shop", "node", "slim")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return remade.changed_templates(tmp_path_factory.mktemp("newer") / "templates")


def found(result: Updated) -> dict[str, News]:
    return {outcome.path: news.of(result, outcome) for outcome in result.outcomes}


def bumped(root: Path, version: str) -> None:
    text = (root / DOCKERFILE).read_text()
    (root / DOCKERFILE).write_text(re.sub(r"node:24[\d.]+(-\S+@sha256:)\w+", rf"node:{version}\g<1>{'b' * 64}", text))


def facts(result: Updated, path: str, width: int = 80) -> str:
    """What stands beside a file, on one line."""
    lines = news.updated(result, width).splitlines()
    start = next(number for number, line in enumerate(lines) if line.split()[:1] == [path])
    end = next(n for n in range(start + 1, len(lines) + 1) if n == len(lines) or not lines[n].startswith("    "))
    return " ".join(" ".join(lines[start:end]).split()[2:])


def test_nothing_new_is_nothing_to_say(shop: Path) -> None:
    result = again(shop)
    assert set(found(result).values()) == {News()} and facts(result, DOCKERFILE) == ""


def test_edits_that_are_kept(shop: Path) -> None:
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    with remade.newer_pins():
        result = again(shop, dry_run=True)
    assert found(result)[DOCKERFILE].edits == 1 and facts(result, DOCKERFILE).endswith(", your edit kept")
    edit(shop, DOCKERFILE, "EXPOSE 3000\n", "EXPOSE 3000\n\n# mine\n")
    with remade.newer_pins():
        result = again(shop)
    assert facts(result, DOCKERFILE).endswith(", your 2 edits kept")
    # They are there the next time too, but nothing was done that could have lost them.
    result = again(shop)
    assert found(result)[DOCKERFILE] == News(edits=2) and facts(result, DOCKERFILE) == ""


def test_pins_that_moved_and_bumps_that_were_adopted(shop: Path) -> None:
    old = again(shop).images[0].tag.partition("-")[0]
    bumped(shop, "24.999.1")
    result = again(shop)
    assert found(result)[DOCKERFILE] == News(adopted=("node 24.999.1",))
    assert facts(result, DOCKERFILE) == "bump to node 24.999.1 adopted"
    assert found(again(shop))[DOCKERFILE] == News()
    assert old != "24.999.1"


def test_a_bump_that_is_old_by_now_is_a_pin_that_moved(shop: Path) -> None:
    bumped(shop, "24.0.1")
    result = again(shop)
    assert found(result)[DOCKERFILE] == News() and " is held, " in result.notes[-1], "not a bump that was adopted"
    result = again(shop, Moves(templates=False))
    (now,) = result.images
    assert found(result)[DOCKERFILE].pins == (f"node 24.0.1 -> {now.tag.partition('-')[0]}",)
    assert found(result)[DOCKERFILE].adopted == ()


def test_a_tag_that_lost_its_digest(shop: Path) -> None:
    text = (shop / DOCKERFILE).read_text()
    (shop / DOCKERFILE).write_text(re.sub(r"^(FROM node:\S+)@sha256:\w+", r"\1", text, flags=re.MULTILINE))
    result = again(shop)
    assert (shop / DOCKERFILE).read_text() == text
    (now,) = result.images
    assert found(result)[DOCKERFILE] == News(pins=(f"node {now.tag.partition('-')[0]} pinned",))


def test_an_image_that_was_built_anew(tmp_path: Path) -> None:
    root = remade.made(tmp_path / "shop", "node", "distroless")
    with remade.newer_pins():
        result = again(root)
    assert found(result)[DOCKERFILE].pins[-1] == "nodejs24-debian13 nonroot rebuilt"


def test_what_came_and_what_went(shop: Path, folder: Path) -> None:
    with remade.templates(folder):
        result = again(shop, dry_run=True)
    made = found(result)
    assert made[IGNORED] == News(added=("**/.jj",)) and facts(result, IGNORED) == "+ **/.jj"
    assert made[COMPOSE] == News(added=("stop_grace_period: 10s",))
    assert made[DEPENDABOT].removed == ("interval: weekly",) * len(made[DEPENDABOT].removed) != ()
    assert "+ interval: daily" in facts(result, DEPENDABOT)
    # Instructions are whole ones, and the comments of the header are none.
    assert "LABEL kept=true" in made[DOCKERFILE].added and all(line[0].isupper() for line in made[DOCKERFILE].added)
    assert "+ RUN echo built anew, + LABEL kept=true, + 1 more" in facts(result, DOCKERFILE)


def test_conflicts_are_no_edits_that_are_kept(shop: Path) -> None:
    conflicting(shop)
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    result = again(shop)
    line = (shop / DOCKERFILE).read_text().splitlines().index(YOURS) + 1
    assert found(result)[DOCKERFILE] == News(edits=1)
    assert facts(result, DOCKERFILE) == f"line {line}, your edit kept"


def test_of_other_files_there_is_nothing(shop: Path) -> None:
    edit(shop, ANSWERS, 'port = ["3000"]', 'port = ["9000"]')
    (shop / COMPOSE).unlink()
    result = again(shop, Moves(restore=True))
    made = found(result)
    assert made[COMPOSE] == made[ANSWERS] == News() and made[DOCKERFILE].added
    kept = Outcome(DOCKERFILE, "kept", "mine\n", "mine\n")
    assert news.of(result, kept) == News()


@pytest.mark.parametrize("width", [80, 60, 40, 20])
def test_facts_stay_within_the_columns(width: int, shop: Path, folder: Path) -> None:
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    with remade.newer_pins(), remade.templates(folder):
        result = again(shop, dry_run=True)
    head, _, _ = news.updated(result, width).partition("\n\n")
    lines = head.splitlines()[1:]
    assert head.isascii() and all(line == line.rstrip() for line in lines)
    assert all(len(line) <= width or re.fullmatch(r"  \S+ +\w+", line) for line in lines)
    assert "your edit kept" in head or width == 20


def test_json(shop: Path) -> None:
    edit(shop, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    with remade.newer_pins():
        done = inside.run("update", "--offline", "--json", cwd=shop)
        content = {one["path"]: one for one in json.loads(done.out)["files"]}
    assert content[DOCKERFILE]["edits"] == 1 and content[DOCKERFILE]["adopted"] == []
    assert re.fullmatch(r"node 24[\d.]+ -> 24[\d.]+", content[DOCKERFILE]["pins"][0])
    assert content[ANSWERS] == {
        "path": ANSWERS,
        "outcome": "unchanged",
        "conflicts": [],
        "pins": [],
        "adopted": [],
        "edits": 0,
        "added": [],
        "removed": [],
    }
    assert machine.updated(again(shop), False)["files"][0]["edits"] == 1
