from __future__ import annotations

import click
import pytest

from scaffold import flags
from scaffold.command_examples import EXAMPLES
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
    others |= {"--yes", "--dry-run", "--diff", "--json", "--force", "--probe", "--show-sources"}
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
        "--quiet",
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
    assert made.examples == EXAMPLES[name]


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
