from __future__ import annotations

import pytest

from scaffold.hardening.images import pin

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"node:24@{DIGEST}", []),
        (f"127.0.0.1:5000/a/b:24@{DIGEST}", []),
        ("node:24", [("node:24 has no digest.", "")]),
        ("127.0.0.1:5000/a/b", [("127.0.0.1:5000/a/b is another image whenever latest moves.", "error")]),
        ("node:latest", [("node:latest is another image whenever latest moves.", "error")]),
        (f"node:latest@{DIGEST}", [("docker.io/library/node follows latest, whatever that becomes.", "")]),
        (
            f"node@{DIGEST}",
            [("docker.io/library/node has a digest and no tag, so that updates of it come from latest.", "")],
        ),
        ("$BASE", [("Which image $BASE is, is decided at build time, and no update of it is offered.", "")]),
        ("Not An Image", []),
    ],
)
def test_what_an_image_leaves_open(text: str, said: list[tuple[str, str]]) -> None:
    found = [*pin(text, 7)]
    assert [(one.fact, one.level) for one in found] == said
    assert all(one.line == 7 and one.rule == "unpinned-image" for one in found)
