from __future__ import annotations

import pytest

from scaffold.dockerfile import read
from scaffold.hardening.downloads import Downloads
from scaffold.hardening.words import Command, commands


def lines(*steps: str) -> list[int]:
    """The lines on which something downloaded is run; each step is a RUN on a line of its own, from the second on."""
    text = "FROM a\n" + "".join(f"RUN {step}\n" for step in steps)
    fetched, found = Downloads(), list[int]()
    for one in read(text).stages[0].instructions:
        before: list[Command] = []
        for command in commands(one):
            found += [weakness.line for weakness in fetched.judged(command, before)]
            before.append(command)
    return found


@pytest.mark.parametrize(
    "step",
    [
        "curl -O https://h/x.sh && sh x.sh",
        "curl -fsSLO 'https://h/a/x.sh?v=1' && sh ./x.sh",
        "curl --remote-name https://h/x.sh; bash -e x.sh",
        "cd /tmp && curl -O https://h/x.sh && cd / && sh /tmp/x.sh",
        "wget https://h/x.sh && . ./x.sh",
        "wget -q -P /tmp https://h/x.py && python3 /tmp/x.py",
        "wget -O/tmp/x https://h/y && /tmp/x",
        "curl https://h/x > /tmp/x && sh -e /tmp/x",
        "curl --output=x https://h/x && sh < x",
        "curl -O https://h/x && cat x | sh",
        "curl -O https://h/x.gz && gunzip -c x.gz | bash",
        "curl -O https://h/tool-$V && chmod +x tool-$V && ./tool-$V",
        "aria2c https://h/x && sh x",
        "curl https://h/x | sh",
        "curl https://h/x | tee y | sh",
    ],
)
def test_what_is_downloaded_and_run(step: str) -> None:
    assert lines(step) == [2]


@pytest.mark.parametrize(
    "steps",
    [
        ("curl -O https://h/x.sh", "true", "sh x.sh"),
        ("wget https://h/x.sh", "apt-get update", "cat x.sh | bash"),
        ("curl -o /x https://h/x", "true", "chmod 755 /x"),
    ],
)
def test_a_later_step(steps: tuple[str, ...]) -> None:
    assert lines(*steps) == [4]


@pytest.mark.parametrize(
    "steps",
    [
        ("curl -O https://h/x.sh", "sha256sum -c x.sum && sh x.sh"),
        ("curl -O https://h/x.sh && gpg --verify x.asc x.sh", "sh x.sh"),
        ("curl -O https://h/x.tar.gz && tar -xzf x.tar.gz && sh configure",),
        ("curl https://h/x.sh", "sh x.sh"),
        ("curl -fsS https://h/health || exit 1",),
        ("wget -qO- https://h/x.sh > /dev/null; sh x.sh",),
        ("curl -O https://h/x.json && cat x.json | grep y && node build.js < y.json",),
        ("curl -o /a/x https://h/x && sh /b/x",),
        ("curl -O https://h/x && chmod 644 x",),
        ("curl -O https://h/x; cat y | sh",),
    ],
)
def test_what_is_compared_or_not_run(steps: tuple[str, ...]) -> None:
    assert lines(*steps) == []


def test_a_file_is_said_once() -> None:
    assert lines("curl -O https://h/x", "chmod +x x", "./x", "./x") == [3]
