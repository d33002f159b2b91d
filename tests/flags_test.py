from __future__ import annotations

import click
import pytest

from scaffold import flags
from scaffold.errors import ScaffoldError
from scaffold.questions import QUESTIONS


def nothing(**_: object) -> None:
    """Stands in for what a command does."""


def names(command: click.Command) -> list[str]:
    return [name for param in command.params for name in (*param.opts, *param.secondary_opts)]


def test_new_has_a_flag_for_every_question() -> None:
    found = names(flags.new(nothing))
    assert len(found) == len(set(found))
    for question in QUESTIONS:
        assert f"--{question.key}" in found and (f"--no-{question.key}" in found) == question.switch
    others = {"directory", "--answers", "--service", "--offline", "--refresh", "--timeout"}
    others |= {"--yes", "--dry-run", "--diff", "--json", "--force", "--show-sources"}
    others |= {"--merge", "--keep", "--plain", "--quiet", "--verbose", "--no-color"}
    questions = {f"--{question.key}" for question in QUESTIONS} | {f"--no-{q.key}" for q in QUESTIONS if q.switch}
    assert set(found) == others | questions


def test_images_asks_what_is_about_images() -> None:
    of_images = {"--language", "--registry-mirror", "--platform", "--mirror-fallback", "--no-mirror-fallback"}
    assert set(names(flags.images(nothing))) == of_images | {
        "--offline",
        "--refresh",
        "--timeout",
        "--json",
        "--no-color",
    }


def test_schema_has_no_flags() -> None:
    assert names(flags.schema(nothing)) == []


def test_completion_asks_for_a_shell() -> None:
    assert names(flags.completion(nothing)) == ["shell"]


@pytest.mark.parametrize("name", ["new", "images", "schema", "completion"])
def test_help(name: str) -> None:
    made = getattr(flags, name)(nothing)
    assert made.name == name and made.help.endswith(".") and made.short_help.endswith(".")
    assert all(param.help.endswith((".", ").")) for param in made.params if isinstance(param, click.Option))
    assert made.examples == flags.EXAMPLES[name]


def test_each_flag_has_a_heading() -> None:
    groups = flags.new(nothing).groups
    assert [*groups] == [flags.ANSWERS, flags.SERVICES, flags.IMAGES, flags.FILES, flags.OUTPUT]
    found = {name: heading for heading, params in groups.items() for param in params for name in param.opts}
    about_images = {name.removeprefix("--") for name, heading in found.items() if heading == flags.IMAGES}
    questions = {"registry-mirror", "platform", "mirror-fallback", "allow-eol"}
    assert about_images == {*questions, *flags.FLAGS[flags.IMAGES], "timeout"}
    assert all(found[f"--{question.key}"] == flags.ANSWERS for question in QUESTIONS if question.key not in questions)
    for heading, rows in flags.FLAGS.items():
        assert all(found[f"--{name}"] == heading for name in rows)


def test_given() -> None:
    values = {"tier": "slim", "port": ("08080", "53/udp"), "health_path": "/", "allow_eol": False, "build": ""}
    values |= {"version": None, "platform": (), "mirror_fallback": None, "directory": ".", "json": True}
    found = {"tier": "slim", "port": ("8080", "53/udp"), "health-path": "/", "allow-eol": "false", "build": ""}
    assert flags.given(values) == found


def test_what_is_given_and_does_not_fit() -> None:
    with pytest.raises(ScaffoldError, match="'slimm' is no tier"):
        flags.given({"tier": "slimm"})
    with pytest.raises(ScaffoldError, match="'x' is no port"):
        flags.given({"port": ("80", "x")})


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], ()),
        (["web=."], (("web", "."),)),
        (["web=./"], (("web", "."),)),
        (["api=server", "web=a/b/"], (("api", "server"), ("web", "a/b"))),
        (["api=./server"], (("api", "server"),)),
        (["api=a=b"], (("api", "a=b"),)),
        (["api=a", "api=a/"], (("api", "a"),)),
    ],
)
def test_services(texts: list[str], found: tuple[tuple[str, str], ...]) -> None:
    assert flags.services(texts) == found


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["web"], "'web' names no directory. Write it as --service web=."),
        ([""], "names no directory"),
        (["web="], "'' of web in --service is no folder in the project"),
        (["web=/"], "no folder in the project"),
        (["web=//"], "no folder in the project"),
        (["web=/a"], "no folder in the project"),
        (["web=../a"], "no folder in the project"),
        (["=a"], "'' in --service cannot name a service. Call it app."),
        (["My App=a"], "Call it my-app."),
        (["web=a", "api=b", "web=c"], "--service gives web two directories: a and c. Give one."),
    ],
)
def test_what_names_no_service(texts: list[str], words: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        flags.services(texts)
    assert words in f"{caught.value.fact} {caught.value.remedy}"
