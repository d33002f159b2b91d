from __future__ import annotations

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import go_mod

FULL = """\
// The shop.
module "example.com/shop/v2" // of parcels

go 1.26.3
toolchain go1.27.1
godebug default=go1.26

require github.com/a/b v1.2.3 // indirect

require(
	// for the rows
	`github.com/c/d` v0.1.0
	"github.com/e/f" v0.1.0
)

exclude (
	github.com/a/b v1.0.0
)
retract [v1.0.0, v1.1.0]
tool github.com/c/d/cmd/x
require ()
replace (
	github.com/a/b v1.2.3 => github.com/x/b v1.2.4
	github.com/c/d => ./lib
)
replace github.com/e/f => ../f
"""


@pytest.mark.parametrize("text", [FULL, FULL.replace("\n", "\r\n")], ids=["LF", "CRLF"])
def test_parse(text: str) -> None:
    manifest = go_mod.parse(text)
    assert manifest.module == "example.com/shop/v2"
    assert str(manifest.go) == "1.26.3 (go.mod:4 go)"
    assert str(manifest.toolchain) == "1.27.1 (go.mod:5 toolchain)"
    assert manifest.modules == {
        "github.com/a/b": "go.mod:8",
        "github.com/c/d": "go.mod:12",
        "github.com/e/f": "go.mod:13",
    }
    assert list(map(str, manifest.replaced)) == ["./lib (go.mod:24 replace)", "../f (go.mod:26 replace)"]


def test_parse_the_least() -> None:
    assert go_mod.parse("module (\nexample.com/a\n)") == go_mod.GoMod(module="example.com/a")
    assert go_mod.parse("module a\ntoolchain default\n").toolchain is None
    assert str(go_mod.parse("module a\ngo 1.27rc1\n").go) == "1.27 (go.mod:2 go)"


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("", "go.mod:1 cannot be read: it has no module line.", "Add one, as go mod init does."),
        ("go 1.26\n", "go.mod:1 cannot be read: it has no module line.", "Add one"),
        (
            "module a\n\n<<<<<<< HEAD\n",
            "go.mod:3 cannot be read: <<<<<<< HEAD",
            "Mend that line; see go mod edit -fmt.",
        ),
        ("module a\nrequire\n", "go.mod:2 cannot be read: require", "Mend that line"),
        ("module a\ngo banana\n", "go.mod:2 cannot be read: go banana", "Mend that line"),
        (
            "module a\nrequire (\nb v1\n",
            "go.mod:2 cannot be read: its block is not closed.",
            "Close it with a line of ).",
        ),
        (")\n", "go.mod:1 cannot be read: )", "Mend that line"),
    ],
    ids=str,
)
def test_parse_refuses(text: str, fact: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        go_mod.parse(text)
    assert caught.value.fact == fact
    assert caught.value.remedy.startswith(remedy)
