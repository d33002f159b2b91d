from __future__ import annotations

import pytest

from scaffold import given
from scaffold.errors import ScaffoldError


def test_given() -> None:
    values = {"tier": "slim", "port": ("08080", "53/udp"), "health_path": "/", "allow_eol": False, "build": ""}
    values |= {"version": None, "platform": (), "mirror_fallback": None, "directory": ".", "json": True}
    found = {"tier": "slim", "port": ("8080", "53/udp"), "health-path": "/", "allow-eol": "false", "build": ""}
    assert given.answers(values) == found


def test_what_is_given_and_does_not_fit() -> None:
    with pytest.raises(ScaffoldError, match="'slimm' is no tier"):
        given.answers({"tier": "slimm"})
    with pytest.raises(ScaffoldError, match="'x' is no port"):
        given.answers({"port": ("80", "x")})


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
    assert given.services(texts) == found


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
        given.services(texts)
    assert words in f"{caught.value.fact} {caught.value.remedy}"
