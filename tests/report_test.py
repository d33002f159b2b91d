from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold import __version__, catalogue, commands
from scaffold.draft import Result
from scaffold.facts import Found
from scaffold.machine import docker_run
from scaffold.model import Image, Outcome
from scaffold.project import Project
from scaffold.report import done, more, people, sources, summary, warnings
from scaffold.survey import Options
from tests.day import after
from tests.generated import PROJECTS, catalogued, write

NODE = catalogued(Image("docker.io", "library/node", "{}-trixie-slim", "24"))
DISTROLESS = catalogued(Image("gcr.io", "distroless/nodejs24-debian13", "nonroot"))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    root = write(tmp_path / "shop", PROJECTS["node"])
    return commands.new(str(root), {"port": ("8080", "53/udp")}, Options(offline=True, dry_run=True), after(43))


def written(result: Result, **changes: object) -> list[str]:
    text = people(replace(result, directory=".", written=True, **changes))  # type: ignore[arg-type]
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines())
    return text.splitlines()


def test_one_screen(result: Result) -> None:
    distroless = "gcr.io/distroless/nodejs24-debian13:nonroot"
    assert (
        written(result)
        == f"""\
Found in shop                                               dockerscaffold {__version__}
  language   Node 24         package.json, default
  packages   npm             package-lock.json
  build      npm run build   package.json scripts.build
  start      node server.js  package.json scripts.start
  port       8080, 53/udp    --port
  health     TCP connect     default
  tier       distroless      default

  created    Dockerfile  .dockerignore  compose.yaml  .github/dependabot.yml
             .dockerscaffold.toml  .dockerscaffold.lock

  pinned     {f"node:{NODE.tag}":<{len(distroless)}}  catalogue {NODE.date}
             {distroless}  catalogue {DISTROLESS.date}

  note       Offline: pinned from the catalogue of {catalogue.date()}, 43 days old.

  next       docker compose up --build --wait
             curl http://127.0.0.1:8080/""".splitlines()
    )


def test_by_hand_can_be_pasted(result: Result) -> None:
    text = more(result).partition("  by hand ")[2]
    assert shlex.split(text.replace("\\\n", "")) == [*docker_run(result.answers, result.recipes[0])]


def test_a_long_value_is_cut(result: Result) -> None:
    found = result.sources["web"] | {"start": Found("node " + "x" * 90, "package.json " + "y" * 90)}
    (line,) = [line for line in written(result, sources={"": {}, "web": found}) if "  start " in line]
    assert line.startswith("  start      node xxx") and line.endswith("y...") and "x...  package.json y" in line


@pytest.mark.parametrize(
    ("whats", "lines"),
    [
        (["unchanged"] * 2, ["  unchanged  a0  a1"]),
        (["created", "updated", "replaced"], ["  created    a0", "  updated    a1", "  replaced   a2"]),
        (["conflict", "created"], ["  created    a1", "  conflict   a0", "             Add --force"]),
    ],
)
def test_outcomes(whats: list[str], lines: list[str], result: Result) -> None:
    outcomes = tuple(Outcome(f"a{index}", what, "", "") for index, what in enumerate(whats))
    shown = written(result, outcomes=outcomes)
    start = shown.index("") + 1
    found = shown[start : shown.index("", start)]
    assert len(found) == len(lines) and all(a.startswith(b) for a, b in zip(found, lines, strict=True))


@pytest.mark.parametrize(
    ("directory", "line"),
    [
        (".", "  next       docker compose up --build --wait"),
        ("shop", "  next       cd shop && docker compose up --build --wait"),
        ("my shop", "  next       cd 'my shop' && docker compose up --build --wait"),
        ("a\nb", "  next       docker compose up --build --wait"),
        ("-x", "  next       docker compose up --build --wait"),
    ],
)
def test_next(directory: str, line: str, result: Result) -> None:
    assert line in people(replace(result, directory=directory)).splitlines()


def test_a_name_cannot_steer_the_terminal(result: Result) -> None:
    assert "\x1b" not in people(replace(result, project=Project(Path("/a\x1b[31m\nb")), directory="a\x1b[31m\nb"))


def test_a_dry_run_says_so(result: Result) -> None:
    assert "Dry run; nothing is written:" in people(result)


def test_what_is_missing(result: Result) -> None:
    missing = ("go.sum: go mod tidy", "word " * 20)
    assert written(result, missing=missing)[17:21] == [
        "  first add  go.sum: go mod tidy",
        "             word word word word word word word word word word word word word",
        "               word word word word word word word",
        "",
    ]


def test_a_mirror_with_a_long_name(result: Result) -> None:
    at = {"registry": "registry.example.com:5000", "repository": "p/xxxxxxxxx"}
    shown = written(result, images=tuple(replace(image, **at) for image in result.images))
    assert f"  pinned     registry.example.com:5000/p/xxxxxxxxx:{NODE.tag}" in shown


def test_sources(result: Result) -> None:
    assert sources(result).splitlines()[:8] == [
        "  name             shop  (package.json name)",
        "  registry-mirror  -  (default)",
        "  platform         linux/amd64 linux/arm64  (default)",
        "  mirror-fallback  false  (default)",
        "  allow-eol        false  (default)",
        "[service.web]",
        "  language     node  (package.json)",
        f"  version      {catalogue.lines('node').default}  (default)",
    ]
    assert "  port         8080 53/udp  (--port)\n" in sources(result)


@pytest.mark.parametrize(
    ("width", "whole"),
    [
        (40, {f"gcr.io/{DISTROLESS.repository}:nonroot", "docker compose up --build --wait"}),
        (
            30,
            {
                ".github/dependabot.yml",
                ".dockerscaffold.toml",
                ".dockerscaffold.lock",
                f"node:{NODE.tag}",
                f"gcr.io/{DISTROLESS.repository}:nonroot",
                "docker compose up --build --wait",
                "curl http://127.0.0.1:8080/",
            },
        ),
    ],
)
def test_a_narrow_terminal(width: int, whole: set[str], result: Result) -> None:
    warned = replace(result, directory=".", warnings=("Node 24 ends on 2028-04-30, in 3 days.",))
    text = people(warned, width)
    assert __version__ not in text and all(line == line.rstrip() for line in text.splitlines())
    # What is copied from there is not parted.
    assert {line[13:] for line in text.splitlines() if len(line) > width} == whole
    _, _, told = text.partition("Dry run")
    _, _, expected = people(warned).partition("Dry run")
    assert told.split() == expected.split(), "no word is lost"


def test_a_narrow_summary(result: Result) -> None:
    found = result.sources["web"] | {"start": Found("node " + "x" * 40, "package.json scripts.start")}
    lines = summary(result.project, result.answers.services, {"web": found}, 40).splitlines()
    assert lines[:4] == [
        "Found in shop",
        "  language   Node 24",
        "             (package.json, default)",
        "  packages   npm (package-lock.json)",
    ]
    at = lines.index("  start      node xxxxxxxxxxxxxxxxxxx...")
    assert lines[at + 1] == "             (package.json scripts.st..."


@pytest.mark.parametrize("width", [80, 40])
def test_a_long_place_is_cut(width: int, result: Result) -> None:
    (web,) = result.answers.services
    services = (replace(web, directory="a/" + "x" * 90), replace(web, directory="b/" + "y" * 90), web)
    project = Project(Path(f"/{'z' * 20}"))
    text = summary(project, services, result.sources, width)
    heads = [line for line in text.splitlines() if line.startswith("Found in ")]
    assert len(heads) == 3 and all(len(head) <= width for head in heads)
    assert f"{'z' * 20}/a/x" in heads[0] and heads[0].endswith(__version__ if width == 80 else "...")
    assert f"{'z' * 20}/b/y" in heads[1] and heads[1].endswith("...")
    assert heads[2] == f"Found in {'z' * 20}"


def test_people_is_the_summary_and_what_was_done(result: Result) -> None:
    for width in (80, 40):
        both = summary(result.project, result.answers.services, result.sources, width), done(result, width)
        assert people(result, width) == "\n".join(both)


def test_done(result: Result) -> None:
    told = {"warnings": ("One.", "Two."), "notes": ("Three.",), "missing": ("go.sum: go mod tidy",)}
    settled = replace(result, directory=".", written=True, **told)  # type: ignore[arg-type]
    blocks = done(settled).split("\n\n")
    assert [block.split()[0] for block in blocks] == ["created", "pinned", "warning", "note", "first", "next"]
    assert blocks[2:] == [
        "  warning    One.\n             Two.",
        "  note       Three.",
        "  first add  go.sum: go mod tidy",
        "  next       docker compose up --build --wait\n             curl http://127.0.0.1:8080/\n",
    ]
    whats = ("unchanged", "conflict", "kept", "merged", "replaced", "updated", "created")
    outcomes = tuple(Outcome(what, what, "", "") for what in whats)
    blocks = done(replace(settled, outcomes=outcomes)).split("\n\n")
    assert [line.split()[0] for line in blocks[0].splitlines()] == [
        *("created", "updated", "replaced", "merged", "kept", "conflict", "unchanged", "Add")
    ]


def test_several_services_are_asked_of_compose(result: Result) -> None:
    (web,) = result.answers.services
    several = replace(result, directory=".", answers=replace(result.answers, services=(web, replace(web, name="api"))))
    assert done(several).endswith("  next       docker compose up --build --wait\n             docker compose ps\n")


def test_warnings_alone(result: Result) -> None:
    assert warnings(result) == "", "a note is none"
    warned = replace(result, warnings=("It ends on 2028-04-30 and is mended no more.", "So does that."))
    assert warnings(warned) == (
        "  warning    It ends on 2028-04-30 and is mended no more.\n             So does that.\n"
    )
    assert warnings(warned, 30).splitlines()[:3] == [
        "  warning    It ends on",
        "               2028-04-30 and",
        "               is mended no",
    ]


def test_more(result: Result) -> None:
    first, *pinned, by_hand = more(result).split("\n\n")
    assert first == sources(result).rstrip("\n")
    assert pinned == [
        f"  pinned     {name}\n             {image.digest}\n             catalogue {image.date}\n"
        f"             {' '.join(image.platforms)}"
        for name, image in zip((f"node:{NODE.tag}", f"{DISTROLESS.name}:nonroot"), (NODE, DISTROLESS), strict=True)
    ]
    assert by_hand.startswith("  by hand    docker run --rm ") and by_hand.endswith(" shop-web\n")
    assert all(len(line) <= 80 for line in by_hand.splitlines())
