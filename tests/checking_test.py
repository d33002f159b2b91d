"""What a check finds beside weak lines: conflicts, files that fell behind, a lock that was changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold import checking, commands, update
from scaffold import write as write_files
from scaffold.errors import ScaffoldError, Transient
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from scaffold.update import Moves
from tests.checked import LANGUAGES, check, edit, line_with, made, places
from tests.commands_test import tree
from tests.day import TODAY
from tests.generated import PROJECTS, write


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return made(tmp_path)


@pytest.mark.parametrize("tier", ["distroless", "slim", "alpine", "scratch"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_just_made_has_no_findings(language: str, tier: str, tmp_path: Path) -> None:
    folder = made(tmp_path, language, {"tier": tier})
    before = tree(folder)
    assert check(folder) == checking.Checked((), (), (), str(folder))
    assert tree(folder) == before


def test_an_update_that_conflicts(shop: Path) -> None:
    edit(shop / "Dockerfile", "EXPOSE 3000", "EXPOSE 4000")
    edit(shop / ANSWERS, "3000", "5000")
    update.update(str(shop), Options(offline=True), Moves(), TODAY)
    line = line_with(shop / "Dockerfile", "<<<<<<< yours")
    result = check(shop)
    assert places(result) == [("conflict-marker", "Dockerfile", line)] and result.notes == ()
    assert result.findings[0].level == "error" and "update --abort" in result.findings[0].remedy
    edit(shop / "Dockerfile", "<<<<<<< yours\n", "")
    assert places(check(shop)) == [("conflict-marker", "Dockerfile", line_with(shop / "Dockerfile", ">>>>>>> "))]
    edit(shop / "Dockerfile", ">>>>>>> dockerscaffold\n", "")
    left = ("broken-file", "Dockerfile", line_with(shop / "Dockerfile", "======="))
    assert left in places(check(shop)), "no engine builds from it"
    edit(shop / "Dockerfile", "=======\nEXPOSE 5000\n", "")
    assert {rule for rule, _, _ in places(check(shop))} == {"unfinished-update"}
    update.update(str(shop), Options(offline=True), Moves(), TODAY)
    assert check(shop).findings == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_conflict_of_git(ending: str, shop: Path) -> None:
    text = (shop / "Dockerfile").read_text()
    merged = text.replace("USER 65532:65532\n", "<<<<<<< HEAD\nUSER 1\n=======\nUSER 2\n>>>>>>> topic\n")
    (shop / "Dockerfile").write_text(merged, newline=ending)
    result = check(shop)
    assert places(result) == [("conflict-marker", "Dockerfile", line_with(shop / "Dockerfile", "<<<<<<<"))]
    assert "git merge --abort" in result.findings[0].remedy


def test_a_file_in_conflict_is_not_judged_further(shop: Path) -> None:
    line = edit(shop / "compose.yaml", "    init: true\n", "<<<<<<< HEAD\n    init: true\n=======\n>>>>>>> topic\n")
    assert places(check(shop)) == [("conflict-marker", "compose.yaml", line)]


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yaml", ".dockerignore", ".github/dependabot.yml"])
def test_a_mark_that_was_left_behind(path: str, shop: Path) -> None:
    with (shop / path).open("a") as file:
        file.write("# >>>>>>> topic\n=======\n\n>>>>>>> topic\n")
    result = check(shop)
    assert places(result) == [("conflict-marker", path, (shop / path).read_text().count("\n"))]
    assert "git merge --abort" in result.findings[0].remedy


def test_a_row_of_equal_signs_is_no_mark(shop: Path) -> None:
    with (shop / ".dockerignore").open("a") as file:
        file.write("=======\n")
    assert check(shop).findings == ()


def test_a_write_that_was_interrupted_is_left_as_it_is(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_files, "recover", lambda root: pytest.fail("a check repairs nothing"))
    assert check(shop).findings == ()


def test_edited_answers_leave_files_behind(shop: Path) -> None:
    edit(shop / ANSWERS, "3000", "5000")
    result = check(shop)
    # `PORT=3000` in the Dockerfile, and in the compose file the port that is published.
    lines = [line_with(shop / "Dockerfile", "PORT=3000"), line_with(shop / "compose.yaml", "127.0.0.1:3000:3000'")]
    assert places(result) == [("outdated", "Dockerfile", lines[0]), ("outdated", "compose.yaml", lines[1])]
    assert {one.level for one in result.findings} == {"warning"}
    assert all(one.settled_by_update and " places: " in one.fact for one in result.findings)
    update.update(str(shop), Options(offline=True), Moves(), TODAY)
    assert check(shop).findings == ()


def test_newer_templates_leave_files_behind(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scaffold import render

    rendered = render.render
    newer = lambda *given: tuple(  # noqa: E731
        type(file)(file.path, file.text.replace("WORKDIR /app", "WORKDIR /srv")) for file in rendered(*given)
    )
    monkeypatch.setattr(render, "render", newer)
    [found] = check(shop).findings
    first = (shop / "Dockerfile").read_text().splitlines().index("WORKDIR /app") + 1
    number = (shop / "Dockerfile").read_text().count("WORKDIR /app")
    assert (found.rule, found.path, found.line) == ("outdated", "Dockerfile", first)
    assert f" in {number} places: " in found.fact


def test_an_update_that_would_conflict_says_so(shop: Path) -> None:
    edit(shop / "Dockerfile", "EXPOSE 3000", "EXPOSE 4000")
    assert check(shop).findings == ()
    edit(shop / ANSWERS, "3000", "5000")
    found = {one.path: one for one in check(shop).findings}
    assert "conflict with it" in found["Dockerfile"].fact and "conflict" not in found["compose.yaml"].fact
    assert [found[path].settled_by_update for path in ("Dockerfile", "compose.yaml")] == [False, True]


def test_a_new_service_has_no_files_yet(shop: Path) -> None:
    write(shop / "api", {path: text.replace("shop", "api") for path, text in PROJECTS["go"].items()})
    text = (shop / ANSWERS).read_text()
    (shop / ANSWERS).write_text(f'{text}\n[service.api]\ndirectory = "api"\nlanguage = "go"\n')
    found = places(check(shop))
    assert ("outdated", "api/Dockerfile", 0) in found
    assert ("outdated", "compose.yaml") in {(rule, path) for rule, path, line in found if line}


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("Dockerfile", ["broken-file"]),
        ("compose.yaml", []),
        (".dockerignore", ["secret-not-ignored"]),
        (".github/dependabot.yml", ["no-updates"]),
    ],
)
def test_a_file_that_was_deleted_protects_nothing(path: str, rules: list[str], shop: Path) -> None:
    (shop / path).unlink()
    result = check(shop)
    assert places(result) == [(rule, path, 0) for rule in rules]
    assert all("is not there" in one.fact and "update --restore" in one.remedy for one in result.findings)
    update.update(str(shop), Options(offline=True), Moves(restore=True), TODAY)
    assert check(shop).findings == ()


def test_what_does_the_same_in_place_of_a_deleted_file(shop: Path) -> None:
    (shop / ".dockerignore").rename(shop / "Dockerfile.dockerignore")
    (shop / ".github/dependabot.yml").unlink()
    (shop / "renovate.json").write_text("{}")
    assert check(shop).findings == ()
    edit(shop / "Dockerfile.dockerignore", "**/.npmrc\n", "")
    assert places(check(shop)) == [("secret-not-ignored", ".dockerignore", 0)]


def test_a_file_of_the_users_own_is_not_judged(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", {**PROJECTS["node"], "Dockerfile": "FROM node\nUSER root\nCMD node server.js\n"})
    commands.new(str(folder), {}, Options(offline=True, keep=True), TODAY)
    lock = (folder / LOCK).read_text()
    head, _, rest = lock.partition('[[file]]\npath = "Dockerfile"\n')
    (folder / LOCK).write_text(head + rest[rest.index("[[file]]") :])
    assert check(folder).findings == ()


def test_a_file_of_the_users_own_that_was_kept_is_judged(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", {**PROJECTS["node"], "Dockerfile": "FROM node\nUSER root\nCMD node server.js\n"})
    commands.new(str(folder), {}, Options(offline=True, keep=True), TODAY)
    assert {("root-user", "Dockerfile", 2), ("unpinned-image", "Dockerfile", 1)} <= {*places(check(folder))}


def test_several_services(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write(folder / "web", PROJECTS["node"])
    write(folder / "server/api", PROJECTS["go"])
    options = Options(offline=True, services=(("web", "web"), ("api", "server/api")))
    commands.new(str(folder), {}, options, TODAY)
    assert check(folder) == checking.Checked((), (), (), str(folder))
    first = edit(folder / "server/api/Dockerfile", "USER 65532:65532", "USER root")
    second = edit(folder / "web/Dockerfile", "USER 65532:65532", "USER root")
    assert places(check(folder)) == [
        ("root-user", "server/api/Dockerfile", first),
        ("root-user", "web/Dockerfile", second),
    ]


def test_services_of_one_language_in_two_versions(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    for name in ("old", "young"):
        write(folder / name, PROJECTS["node"])
    answers = "".join(
        f'[service.{name}]\ndirectory = "{name}"\nlanguage = "node"\nversion = "{version}"\nport = ["{port}"]\n'
        for name, version, port in (("old", "24", 3000), ("young", "26", 3001))
    )
    write(folder, {ANSWERS: answers})
    commands.new(str(folder), {}, Options(offline=True), TODAY)
    assert check(folder).findings == ()


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda text: text.replace(b"\n", b"\r\n"),
    "BOM": lambda text: b"\xef\xbb\xbf" + text,
    "no last newline": lambda text: text.removesuffix(b"\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_files(form: str, shop: Path) -> None:
    for path in ("Dockerfile", "compose.yaml", ".dockerignore", ".github/dependabot.yml"):
        (shop / path).write_bytes(FORMS[form]((shop / path).read_bytes()))
    assert check(shop).findings == ()
    lines = [
        ("writable-root", "compose.yaml", edit(shop / "compose.yaml", "read_only: true", "read_only: false")),
        ("root-user", "Dockerfile", edit(shop / "Dockerfile", "USER 65532:65532", "USER root")),
    ]
    assert places(check(shop)) == sorted(lines, key=lambda place: place[1])


def test_bytes_that_are_no_utf_8(shop: Path) -> None:
    for path in ("Dockerfile", ".dockerignore", "compose.yaml"):
        with (shop / path).open("ab") as file:
            file.write(b"# \xff of Latin-1\n")
    line = len((shop / "compose.yaml").read_bytes().splitlines())
    (found,) = check(shop).findings
    assert (found.rule, found.path) == ("broken-file", "compose.yaml") and found.line in (1, line)


def test_a_file_that_is_broken(shop: Path) -> None:
    with (shop / "compose.yaml").open("a") as file:
        file.write("\tx: [\n")
    assert ("broken-file", "compose.yaml", line_with(shop / "compose.yaml", "\tx")) in places(check(shop))


def test_answers_that_fit_no_more(shop: Path) -> None:
    edit(shop / ANSWERS, 'start = "node server.js"', 'start = "node server.js | tee log"')
    (found,) = check(shop).findings
    assert (found.rule, found.path, found.level) == ("unfit-answers", ANSWERS, "error")
    assert "shell" in found.fact and found.remedy


def test_a_manifest_that_is_gone_or_not_covered(shop: Path) -> None:
    (shop / "package-lock.json").rename(shop / "pnpm-lock.yaml")
    (found,) = check(shop).findings
    assert found.rule == "unfit-answers" and "pnpm" in found.fact


def test_answers_that_are_gone(shop: Path) -> None:
    (shop / ANSWERS).unlink()
    result = check(shop)
    assert places(result) == [("unfit-answers", ANSWERS, 0)] and "git checkout" in result.findings[0].remedy


def test_unfit_answers_do_not_hide_weak_lines(shop: Path) -> None:
    edit(shop / ANSWERS, 'start = "node server.js"', 'start = "node server.js | tee log"')
    line = edit(shop / "Dockerfile", "USER 65532:65532", "USER root")
    assert places(check(shop)) == [("unfit-answers", ANSWERS, 0), ("root-user", "Dockerfile", line)]


def test_a_lock_whose_texts_were_changed(shop: Path) -> None:
    lock = (shop / LOCK).read_text()
    (shop / LOCK).write_text(lock.replace('"USER 65532:65532"', '"USER root"'))
    result = check(shop)
    assert places(result) == [("broken-file", LOCK, 0)]
    assert "Dockerfile" in result.findings[0].fact and "git checkout" in result.findings[0].remedy


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        (LOCK, None, "has no .dockerscaffold.lock"),
        (LOCK, "x = [", "is not TOML"),
        (LOCK, "format = 9\n", "has format 9"),
        (LOCK, "format = 2\nfile = 3\n", "does not list its files"),
        (LOCK, 'format = 2\n[[file]]\npath = "../x"\ntext = [""]\n', "a file that is not made by dockerscaffold"),
        (ANSWERS, "x = [", "is not TOML"),
        (ANSWERS, 'teir = "slim"\n', "'teir'"),
    ],
)
def test_what_cannot_be_gone_by_is_an_error(path: str, text: str | None, says: str, shop: Path) -> None:
    (shop / path).unlink() if text is None else (shop / path).write_text(text)
    with pytest.raises(ScaffoldError) as raised:
        check(shop)
    assert says in raised.value.fact and raised.value.remedy and not isinstance(raised.value, Transient)


def test_a_lock_of_the_first_format_has_nothing_detected(shop: Path) -> None:
    lock = (shop / LOCK).read_text().replace("format = 2", "format = 1")
    lines = [line for line in lock.splitlines() if not line.startswith("sha256 = ")]
    text = "\n".join(lines) + "\n"
    detected = text.index("[[detected]]")
    (shop / LOCK).write_text(text[:detected] + text[text.index("[[file]]") :])
    assert check(shop).findings == ()
    package = json.loads(PROJECTS["node"]["package.json"]) | {"scripts": {"start": "node other.js", "build": "tsc"}}
    write(shop, {"package.json": json.dumps(package), "other.js": ""})
    assert check(shop).findings == ()


def test_only_some_rules(shop: Path) -> None:
    line = edit(shop / "Dockerfile", "USER 65532:65532", "USER root")
    edit(shop / ANSWERS, "3000", "5000")
    assert places(check(shop, only=["root-user"])) == [("root-user", "Dockerfile", line)]
    assert {rule for rule, _, _ in places(check(shop, only=["outdated"]))} == {"outdated"}
    assert check(shop, only=["privileged"]).findings == ()


def test_findings_are_in_order_of_files_and_lines(shop: Path) -> None:
    edit(shop / "Dockerfile", "USER 65532:65532", "USER root")
    edit(shop / "compose.yaml", "init: true", "privileged: true")
    edit(shop / ".dockerignore", "**/.npmrc\n", "")
    found = [(path, line) for _, path, line in places(check(shop))]
    assert found == sorted(found) and len({path for path, _ in found}) == 3


def test_an_image_that_cannot_be_had_is_a_note(tmp_path: Path) -> None:
    folder = made(tmp_path, "python", {"tier": "alpine"})
    edit(folder / ANSWERS, 'version = "3.14"', 'version = "3.13"')
    result = check(folder)
    assert {rule for rule, _, _ in places(result)} == {"version-mismatch"}
    assert any(note.startswith("Whether files are outdated is not known: ") for note in result.notes)
