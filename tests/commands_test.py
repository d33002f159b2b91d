"""`new` as a function: what it writes, what it leaves, and what a second run finds."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scaffold import catalogue, commands
from scaffold.draft import Result
from scaffold.errors import Conflict, ScaffoldError, Transient
from scaffold.model import Outcome
from scaffold.questions import Given
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from tests.day import TODAY, after
from tests.generated import PROJECTS, write
from tests.laws import findings

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

FILES = ["Dockerfile", ".dockerignore", "compose.yaml", ".github/dependabot.yml", ANSWERS, LOCK]
NONE: Given = {}


def new(
    root: Path, given: Given = NONE, *, today: datetime.date = TODAY, online: bool = False, **options: Any
) -> Result:
    return commands.new(str(root), given, Options(offline=not online, **options), today)


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time of change in ns, and bytes of all in a folder."""
    return {
        str(path.relative_to(root)): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [root, *root.rglob("*")]
    }


def texts(root: Path) -> dict[str, str]:
    """The generated files, for the laws."""
    wanted = [path for path in root.rglob("*") if path.name in ("Dockerfile", "compose.yaml", "dependabot.yml")]
    return {path.relative_to(root).as_posix(): path.read_text() for path in wanted}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


def test_first_run(shop: Path) -> None:
    before = tree(shop)
    result = new(shop)
    assert [(o.path, o.what) for o in result.outcomes] == [(path, "created") for path in FILES]
    assert set(tree(shop)) - set(before) == {*FILES, ".github"}
    assert findings(texts(shop)) == set()
    assert result.written and result.project.root.name == "shop" and result.missing == ()


def test_second_run_writes_nothing(shop: Path) -> None:
    new(shop)
    before = tree(shop)
    result = new(shop, today=after(61))
    assert {outcome.what for outcome in result.outcomes} == {"unchanged"}
    assert tree(shop) == before


def test_a_dry_run_writes_nothing(shop: Path) -> None:
    before = tree(shop)
    assert {outcome.what for outcome in new(shop, dry_run=True).outcomes} == {"created"}
    assert tree(shop) == before


def test_an_edit_is_not_overwritten(shop: Path) -> None:
    new(shop)
    made = (shop / "Dockerfile").read_text()
    (shop / "Dockerfile").write_text(made + "# mine\n")
    (shop / "compose.yaml").unlink()
    before = tree(shop)
    with pytest.raises(Conflict) as caught:
        new(shop, {"tier": "slim"})
    assert caught.value.fact == "Nothing is written: Dockerfile would change."
    assert "--force" in caught.value.remedy and "\n-# mine\n" in caught.value.diff
    assert tree(shop) == before
    dry = {outcome.path: outcome.what for outcome in new(shop, {"tier": "slim"}, dry_run=True).outcomes}
    assert dry["Dockerfile"] == "conflict" and dry["compose.yaml"] == "created" and tree(shop) == before
    what = {outcome.path: outcome.what for outcome in new(shop, {"tier": "slim"}, force=True).outcomes}
    assert what["Dockerfile"] == "replaced" and what["compose.yaml"] == "created" and what[LOCK] == "updated"
    assert (shop / "Dockerfile").read_text() not in (made, made + "# mine\n")


@pytest.mark.parametrize("options", [{}, {"keep": True}, {"merge": True}, {"merge": True, "force": True}])
def test_an_edit_is_kept_where_there_is_nothing_new(options: dict[str, bool], shop: Path) -> None:
    new(shop)
    made = (shop / "Dockerfile").read_text()
    (shop / "Dockerfile").write_text(made + "# mine\n")
    (shop / "compose.yaml").unlink()
    result = new(shop, **options)
    what = {outcome.path: outcome.what for outcome in result.outcomes}
    assert result.written and what["Dockerfile"] == "kept" and what["compose.yaml"] == "created"
    assert {what[path] for path in FILES if path not in ("Dockerfile", "compose.yaml")} == {"unchanged"}
    assert (shop / "Dockerfile").read_text() == made + "# mine\n"
    forced = {outcome.path: outcome.what for outcome in new(shop, force=True).outcomes}
    assert forced["Dockerfile"] == "replaced" and (shop / "Dockerfile").read_text() == made


def test_an_edit_of_what_is_not_known_is_a_conflict(shop: Path) -> None:
    new(shop)
    (shop / "Dockerfile").write_text((shop / "Dockerfile").read_text() + "# mine\n")
    (shop / LOCK).unlink()
    with pytest.raises(Conflict, match="Dockerfile would change"):
        new(shop)


def test_what_was_written_since_it_was_compared_stays(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new(shop)
    settled = commands.resolved

    def meanwhile(result: Result, options: Options) -> tuple[Outcome, ...]:
        (shop / "Dockerfile").write_text("FROM mine\n")
        return settled(result, options)

    monkeypatch.setattr(commands, "resolved", meanwhile)
    compose = (shop / "compose.yaml").read_text()
    with pytest.raises(ScaffoldError, match=r"^Dockerfile was changed meanwhile, so nothing was written"):
        new(shop, {"tier": "slim", "port": ("9000",)}, force=True)
    assert (shop / "Dockerfile").read_text() == "FROM mine\n" and (shop / "compose.yaml").read_text() == compose


def test_saved_answers_are_used_and_flags_beat_them(shop: Path) -> None:
    lines = catalogue.lines("node")
    other = next(line for line in lines.supported if line != lines.default)
    new(shop, {"tier": "scratch", "port": ("8080", "53/udp"), "health-path": "/healthz", "version": other})
    again = new(shop)
    assert {outcome.what for outcome in again.outcomes} == {"unchanged"}
    assert again.sources["web"]["tier"].source == ANSWERS
    moved = new(shop, {"tier": "slim"}, force=True)
    assert moved.answers.services[0].tier == "slim" and moved.answers.services[0].version == other
    assert tomllib.loads((shop / ANSWERS).read_text())["service"]["web"]["tier"] == "slim"
    assert {outcome.what for outcome in new(shop).outcomes} == {"unchanged"}


def test_mirrors_and_platforms_are_saved(shop: Path) -> None:
    new(shop, {"registry-mirror": ("docker.io=a.example/docker.io",), "platform": ("linux/amd64",)})
    assert "FROM a.example/docker.io/library/node:" in (shop / "Dockerfile").read_text()
    again = new(shop)
    assert {outcome.what for outcome in again.outcomes} == {"unchanged"}
    assert again.answers.platforms == ("linux/amd64",)


def test_answers_by_hand(shop: Path) -> None:
    text = '# ours\nname = "parcel"\n\n[service.front]\n# no shell\ntier = "scratch" # small\n'
    (shop / ANSWERS).write_text(text)
    result = new(shop)
    assert result.answers.name == "parcel" and result.answers.services[0].name == "front"
    assert {o.path: o.what for o in result.outcomes}[ANSWERS] == "updated"
    kept = (shop / ANSWERS).read_text()
    assert kept.startswith('# ours\nname = "parcel"\n') and '# no shell\ntier = "scratch" # small\n' in kept
    assert {outcome.what for outcome in new(shop).outcomes} == {"unchanged"}


def test_another_language_of_the_same_project(shop: Path) -> None:
    new(shop, {"tier": "slim"})
    write(shop, PROJECTS["go"])
    (shop / "package.json").unlink()
    result = new(shop, {"language": "go"}, force=True)
    answers = result.answers.services[0]
    assert (answers.language, answers.start, answers.packages, answers.tier) == ("go", ".", "go", "slim")
    assert findings(texts(shop)) == set()


def test_several_services(tmp_path: Path) -> None:
    write(tmp_path / "web", PROJECTS["node"])
    write(tmp_path / "server/api", PROJECTS["go"])
    (tmp_path / ANSWERS).write_text(
        '[service.web]\ndirectory = "web"\n\n[service.api]\ndirectory = "server/api"\ntier = "scratch"\nport = [9000]\n'
    )
    result = new(tmp_path)
    assert {outcome.path for outcome in result.outcomes} == {
        *("web/Dockerfile", "web/.dockerignore", "server/api/Dockerfile", "server/api/.dockerignore"),
        *("compose.yaml", ".github/dependabot.yml", ANSWERS, LOCK),
    }
    assert findings(texts(tmp_path)) == set()
    assert [service.name for service in result.answers.services] == ["web", "api"]
    assert {outcome.what for outcome in new(tmp_path).outcomes} == {"unchanged"}
    with pytest.raises(ScaffoldError, match="--port is about one service"):
        new(tmp_path, {"port": ("80",)})


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ('[service.a]\ndirectory = "a"\n[service.b]\ndirectory = "b"\n', "a and b both publish port 3000"),
        ('[service.a]\n[service.b]\nport = "80"\n', "a and b are both in ., which has one Dockerfile"),
        ('[service.a]\ndirectory = "nowhere"\n', "nowhere"),
        ('[service.a]\ndirectory = "out"\n', "leads out of the project"),
        ('[service.a]\ndirectory = "package.json"\n', "not a directory"),
    ],
)
def test_services_that_cannot_be(answers: str, words: str, shop: Path) -> None:
    for folder in ("a", "b"):
        write(shop / folder, PROJECTS["node"])
    (shop / "out").symlink_to("/usr")
    (shop / ANSWERS).write_text(answers)
    before = tree(shop)
    with pytest.raises(ScaffoldError, match=words) as caught:
        new(shop)
    assert caught.value.code == 2 and tree(shop) == before


def test_services_by_flag_are_remembered(tmp_path: Path) -> None:
    write(tmp_path / "web", PROJECTS["node"])
    write(tmp_path / "server", PROJECTS["go"])
    result = new(tmp_path, services=(("web", "web"), ("api", "server")))
    assert [(service.name, service.directory) for service in result.answers.services] == [
        ("web", "web"),
        ("api", "server"),
    ]
    assert {outcome.what for outcome in new(tmp_path).outcomes} == {"unchanged"}
    assert findings(texts(tmp_path)) == set()


def test_an_answers_file_leaves_saved_services_where_they_are(tmp_path: Path) -> None:
    write(tmp_path / "server", PROJECTS["node"])
    new(tmp_path, services=(("web", "server"),))
    answers = tmp_path / "answers.toml"
    answers.write_text('[service.web]\ntier = "slim"\n')
    (service,) = new(tmp_path, answers=str(answers), force=True).answers.services
    assert (service.name, service.directory, service.tier) == ("web", "server", "slim")
    write(tmp_path / "other", PROJECTS["node"])
    answers.write_text('[service.web]\ndirectory = "nowhere"\n')
    moved = new(tmp_path, answers=str(answers), services=(("web", "other"),), force=True)
    assert moved.answers.services[0].directory == "other"


def test_an_answers_file_may_name_the_services(tmp_path: Path) -> None:
    for folder in ("web", "api"):
        write(tmp_path / folder, PROJECTS["node"])
    answers = tmp_path / "answers.json"
    answers.write_text(
        '{"tier": "scratch", "service": {"web": {"directory": "web"},'
        ' "api": {"directory": "api", "port": 3001, "tier": "slim"}}}'
    )
    result = new(tmp_path, answers=str(answers))
    assert [(s.name, s.tier, s.ports[0].number) for s in result.answers.services] == [
        ("web", "scratch", 3000),
        ("api", "slim", 3001),
    ]
    assert new(tmp_path, answers=str(answers)).sources["api"]["tier"].source == str(answers)


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    files = {"package.json": '{"engines": {"node": "5"}}', "package-lock.json": PROJECTS["node"]["package-lock.json"]}
    write(tmp_path / "web", files)
    with pytest.raises(ScaffoldError) as caught:
        new(tmp_path / "web")
    assert caught.value.fact.startswith("2 answers are missing. This project asks for Node 5")
    assert "What starts the app is unknown" in caught.value.fact
    assert "Say --version " in caught.value.remedy and "Say --start " in caught.value.remedy
    (tmp_path / "api").mkdir()
    before = tree(tmp_path)
    with pytest.raises(ScaffoldError) as caught:
        new(tmp_path, services=(("web", "web"), ("api", "api")))
    assert caught.value.fact.startswith("3 answers are missing. web: This project asks for Node 5")
    assert "api: No language found" in caught.value.fact
    assert "in .dockerscaffold.toml or an answers file, below [service.web]." in caught.value.remedy
    assert tree(tmp_path) == before


def test_a_variable_about_one_service_of_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("web", "api"):
        write(tmp_path / folder, PROJECTS["node"])
    monkeypatch.setenv("DOCKERSCAFFOLD_PORT", "80")
    with pytest.raises(ScaffoldError, match="DOCKERSCAFFOLD_PORT is about one service, and this"):
        new(tmp_path, services=(("web", "web"), ("api", "api")))


def test_a_build_command_that_would_not_be_run(tmp_path: Path) -> None:
    write(tmp_path, PROJECTS["go"])
    with pytest.raises(ScaffoldError, match=r"service has no build command so far, and there is one: make\."):
        new(tmp_path, {"build": "make"})
    assert new(tmp_path, {"build": ""}).answers.services[0].build == ""


def test_a_build_command_of_python_stops_the_build_where_it_fails(tmp_path: Path) -> None:
    write(tmp_path, PROJECTS["python"])
    assert new(tmp_path, {"build": "make"}).answers.services[0].build == "make"
    lines = (tmp_path / "Dockerfile").read_text().splitlines()
    # A `||` at the same level would catch what make fails with.
    follows = lines[lines.index(" && (make) \\") + 1]
    assert follows.startswith(" && (python -m compileall") and follows.endswith(") \\")


def test_a_saved_name_of_another_form_is_made_into_one(shop: Path) -> None:
    (shop / ANSWERS).write_text('name = "My Shop!" # ours\n')
    assert new(shop).answers.name == "my-shop"
    assert (shop / ANSWERS).read_text().startswith('name = "my-shop" # ours\n')
    (shop / ANSWERS).write_text('name = ""\n')
    assert new(shop, force=True).answers.name == "shop"


def test_images_of_the_language_that_a_variable_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKERSCAFFOLD_LANGUAGE", "go")
    for given, languages in ((NONE, {"go"}), ({"language": "node"}, {"node"})):
        rows, _ = commands.images(given, Options(offline=True), TODAY)
        assert {row.language for row in rows} == languages


def test_what_must_be_added_first(tmp_path: Path) -> None:
    result = new(tmp_path, {"language": "python"})
    assert result.sources["web"]["language"].source == "--language"
    assert any("requirements.txt" in line for line in result.missing)
    assert findings(texts(tmp_path)) == set()


def serve(fake: FakeRegistry) -> Given:
    fake.add("docker.io/library/node", "24.30.0-trixie-slim")
    fake.add("gcr.io/distroless/nodejs24-debian13", "nonroot")
    return {"registry-mirror": tuple(f"{name}={fake.host}/{name}" for name in ("docker.io", "gcr.io"))}


def test_online(shop: Path, fake_registry: FakeRegistry) -> None:
    given = serve(fake_registry)
    result = new(shop, given, online=True)
    assert (
        f"{fake_registry.host}/docker.io/library/node:24.30.0-trixie-slim@sha256:" in (shop / "Dockerfile").read_text()
    )
    assert {image.date for image in result.images} == {TODAY.isoformat()} and result.notes == ()
    again = new(shop, online=True, today=after(32))
    assert {outcome.what for outcome in again.outcomes} == {"unchanged"}, "a pin that stays keeps its day"
    digest = fake_registry.add("docker.io/library/node", "24.30.1-trixie-slim")
    unmoved = new(shop, online=True, today=after(32), force=True)
    assert digest not in str(unmoved.images), "some minutes long nothing is asked again"
    moved = new(shop, online=True, today=after(32), force=True, refresh=True)
    assert digest in (shop / "Dockerfile").read_text()
    assert {image.tag: image.date for image in moved.images} == {
        "24.30.1-trixie-slim": after(32).isoformat(),
        "nonroot": TODAY.isoformat(),
    }


def test_a_mirror_of_nothing_is_told_of(shop: Path) -> None:
    result = new(shop, {"registry-mirror": ("gcr.oi=localhost:5000",)})
    assert result.notes[1:] == (
        "No image comes from gcr.oi, so its mirror is not used. They are from docker.io, gcr.io and ghcr.io.",
    )


def test_a_mirror_that_fails(shop: Path, fake_registry: FakeRegistry) -> None:
    given = serve(fake_registry)
    fake_registry.status = 503
    before = tree(shop)
    with pytest.raises(Transient):
        new(shop, given, online=True)
    assert tree(shop) == before


def test_an_interrupted_write_is_recovered(shop: Path) -> None:
    new(shop)
    made = tree(shop)
    journal = shop / ".dockerscaffold.journal"
    journal.mkdir()
    (journal / "new-0").write_text("litter")
    with_journal = tree(shop)
    new(shop, dry_run=True)
    assert tree(shop) == with_journal
    new(shop)
    assert set(tree(shop)) == set(made)


def test_the_lock_holds_what_was_written(shop: Path) -> None:
    new(shop)
    lock = tomllib.loads((shop / LOCK).read_text())
    assert {file["path"]: "\n".join(file["text"]) for file in lock["file"]} == {
        path: (shop / path).read_text() for path in FILES[:4]
    }
    assert all(image["digest"].startswith("sha256:") and image["platforms"] for image in lock["image"])
    assert json.dumps(lock)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("compose.yml", "compose.yaml"),
        ("docker-compose.yml", "compose.yaml"),
        ("docker-compose.yaml", "compose.yaml"),
        (".github/dependabot.yaml", ".github/dependabot.yml"),
    ],
)
def test_a_file_that_ours_would_hide_stops_it(tmp_path: Path, theirs: str, ours: str) -> None:
    (tmp_path / theirs).parent.mkdir(exist_ok=True)
    (tmp_path / theirs).write_text("mine: true\n")
    given = {"language": "go"}
    with pytest.raises(Conflict, match=f"{ours} would be read in place of {theirs}"):
        commands.new(str(tmp_path), given, commands.Options(offline=True), TODAY)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / theirs]
    forced = commands.new(str(tmp_path), given, commands.Options(offline=True, force=True), TODAY)
    assert (tmp_path / theirs).read_text() == "mine: true\n"
    assert any(theirs in note for note in forced.notes)
    again = commands.new(str(tmp_path), given, commands.Options(offline=True), TODAY)
    assert {outcome.what for outcome in again.outcomes} == {"unchanged"}


@pytest.mark.parametrize(("at", "said"), [(".", False), ("..", True), (None, False)])
def test_a_folder_of_a_repository_is_told_where_dependabot_reads(tmp_path: Path, at: str | None, said: bool) -> None:
    app = tmp_path / "app"
    app.mkdir()
    if at:
        (app / at / ".git").mkdir()
    result = commands.new(str(app), {"language": "go"}, Options(offline=True), TODAY)
    assert any("is read at the root of a repository" in note for note in result.notes) == said
