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
    questions = {f"--{question.key}" for question in QUESTIONS} | {f"--no-{q.key}" for q in QUESTIONS if q.switch}
    assert set(found) == others | questions


def test_images_asks_what_is_about_images() -> None:
    of_images = {"--language", "--registry-mirror", "--platform", "--mirror-fallback", "--no-mirror-fallback"}
    assert set(names(flags.images(nothing))) == of_images | {"--offline", "--refresh", "--timeout", "--json"}


def test_schema_has_no_flags() -> None:
    assert names(flags.schema(nothing)) == []


@pytest.mark.parametrize("command", [flags.new, flags.images, flags.schema])
def test_help(command: object) -> None:
    made = command(nothing)  # type: ignore[operator]
    assert made.help.count("dockerscaffold ") >= 2 and made.short_help.endswith(".")
    assert all(param.help.endswith((".", ").")) for param in made.params if isinstance(param, click.Option))


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
