"""What is written to stdout and stderr: bytes as they are, colour where it is seen, errors that steer no terminal."""

from __future__ import annotations

import json
import os
import sys

import pytest

from scaffold import output
from scaffold.look import SUMMARY, WIDTH

Captured = pytest.CaptureFixture[bytes]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that says nothing about colour."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_a_text(capsysbinary: Captured) -> None:
    output.write("plain \u00e9 \udcff\r\n")
    output.write("other", err=True)
    assert capsysbinary.readouterr() == (b"plain \xc3\xa9 \xff\r\n", b"other")


def test_a_reader_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gone = open(writing, "w", encoding="utf-8")  # noqa: SIM115
    monkeypatch.setattr(sys, "stdout", gone)
    output.write("nobody reads this\n")
    monkeypatch.undo()
    with pytest.raises(BrokenPipeError):
        gone.close()


def test_a_document(capsysbinary: Captured) -> None:
    output.document({"name": "caf\u00e9", "ports": ["80"]})
    out, err = capsysbinary.readouterr()
    assert json.loads(out) == {"name": "caf\u00e9", "ports": ["80"]}
    assert out.endswith(b"}\n") and err == b""


def test_colour(capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "  created    Dockerfile\n"
    output.tell(text, SUMMARY, False)
    assert capsysbinary.readouterr() == (text.encode(), b"")
    monkeypatch.setenv("FORCE_COLOR", "1")
    output.tell(text, SUMMARY, False, err=True)
    assert capsysbinary.readouterr() == (b"", b"  \x1b[32mcreated\x1b[0m    Dockerfile\n")
    output.tell(text, SUMMARY, True)
    assert capsysbinary.readouterr() == (text.encode(), b"")


def test_no_terminal() -> None:
    for err in (False, True):
        look = output.at(err)
        assert not look.terminal and not look.colour and look.columns == WIDTH


def test_an_error(capsysbinary: Captured) -> None:
    output.error("It cannot be.", "Do otherwise.")
    output.error("It cannot be either.", " ")
    said = b"error: It cannot be.\n  Do otherwise.\nerror: It cannot be either.\n"
    assert capsysbinary.readouterr() == (b"", said)


def test_an_error_steers_no_terminal(capsysbinary: Captured) -> None:
    output.error("'\x1b[2J\nerror: x\t\udcff'")
    assert capsysbinary.readouterr().err == b"error: '\\x1b[2J\\nerror: x\\t\\xff'\n"


def test_an_error_is_cut(capsysbinary: Captured) -> None:
    output.error("x" * output.LONGEST, "y" * (output.LONGEST - 2))
    fact, remedy = capsysbinary.readouterr().err.decode().splitlines()
    assert fact == f"error: {'x' * (output.LONGEST - 7)}..." and remedy == "  " + "y" * (output.LONGEST - 2)
