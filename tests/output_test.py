"""What is written to stdout and stderr: bytes as they were, colours, JSON, and errors on a line each."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from scaffold import output
from scaffold.errors import ScaffoldError
from scaffold.look import DIFF, SUMMARY


@pytest.fixture(autouse=True)
def no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("err", [False, True])
def test_bytes_that_are_no_text_come_out_as_they_were(err: bool, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    output.write("caf\udce9 é\r\n", err=err)
    sys.stdout.flush()
    sys.stderr.flush()
    out, said = capfdbinary.readouterr()
    assert (said if err else out) == b"caf\xe9 \xc3\xa9\r\n" and (out if err else said) == b""


def test_who_closes_a_pipe_has_read_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        output.write("text\n")


def test_document(capsys: pytest.CaptureFixture[str]) -> None:
    output.document({"b": ["é\udce9"], "a": None})
    out = capsys.readouterr().out
    assert out.isascii() and out.startswith('{\n  "b": [\n') and out.endswith("}\n")
    assert json.loads(out) == {"b": ["é\udce9"], "a": None}


def test_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "a b.json"
    place.write_text("what was there before, and is longer")
    output.save(str(place), {"b": ["\udce9"]})
    assert json.loads(place.read_text()) == {"b": ["\udce9"]} and capsys.readouterr().out == ""
    for path in ("", str(tmp_path), str(tmp_path / "none" / "x"), "a\0b"):
        with pytest.raises(ScaffoldError, match="cannot be written"):
            output.save(path, {})


def test_colour_where_it_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = "--- a/x\n+++ b/x\n-old\n+new\n"
    output.tell(text, DIFF, no_colour=False)
    output.tell(text, DIFF, no_colour=False, err=True)
    assert capsys.readouterr() == (text, text), "a pipe has none"
    monkeypatch.setenv("FORCE_COLOR", "1")
    output.tell(text, DIFF, no_colour=False)
    output.tell(text, DIFF, no_colour=True, err=True)
    out, err = capsys.readouterr()
    assert "\x1b[" in out and err == text
    assert output.at(err=True).colour and not output.at(err=True, no_colour=True).colour


def test_a_stream_of_its_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    output.tell("  note       a\n", SUMMARY, no_colour=False, err=True)
    assert capsys.readouterr() == ("", "  note       a\n")


@pytest.mark.parametrize(
    ("fact", "remedy", "shown"),
    [
        ("It is gone.", "", "error: It is gone.\n"),
        ("It is gone.", " ", "error: It is gone.\n"),
        ("It is gone.", "Look for it.", "error: It is gone.\n  Look for it.\n"),
        ("x" * 3000, "y", f"error: {'x' * (output.LONGEST - 7)}...\n  y\n"),
    ],
)
def test_error(fact: str, remedy: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.error(fact, remedy)
    assert capsys.readouterr() == ("", shown)


def test_an_error_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.error("a\x1b[31m\nb\x07 c", "d\r\x9be")
    first, second, end = capsys.readouterr().err.split("\n")
    assert first.startswith("error: a") and second.startswith("  d") and end == ""
    assert (first + second).isprintable()
