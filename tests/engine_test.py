from __future__ import annotations

import io
import json
import os
import signal
import sys
import tarfile
from pathlib import Path

import pytest

from scaffold import engine as engine_module
from scaffold.engine import Change, Engine, State, check, overrides
from scaffold.errors import ScaffoldError, Transient
from scaffold.hardening.yaml import read

SERVICES = {
    "web": {"build": {"context": "."}, "ports": [{"target": 3000, "protocol": "tcp", "published": "3000"}]},
    "db": {"image": "postgres", "container_name": "mine", "ports": [{"target": 5432, "protocol": "tcp"}]},
}

DOCKER = """\
#!{python}
import json, os, pathlib, sys
place = pathlib.Path(os.environ["PLACE"])
words = sys.argv[1:]
with (place / "asked").open("a") as asked:
    asked.write(json.dumps(words) + "\\n")
said = json.loads((place / "said").read_text())
for start, (code, text) in said.items():
    if start in " ".join(words):
        os.write(1, text.encode("latin-1"))
        sys.exit(code)
"""


class Docker:
    """A `docker` that says what it is told to, by what is in its words, and remembers these."""

    def __init__(self, place: Path) -> None:
        self.place = place
        program = place / "docker"
        program.write_text(DOCKER.format(python=sys.executable))
        program.chmod(0o755)
        self.says({})

    def says(self, said: dict[str, tuple[int, str]]) -> None:
        config = {" config ": (0, json.dumps({"services": SERVICES})), "image inspect": (1, "")}
        (self.place / "said").write_text(json.dumps(said | config))

    @property
    def asked(self) -> list[str]:
        return [" ".join(json.loads(line)) for line in (self.place / "asked").read_text().splitlines()]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLACE", str(tmp_path))
    monkeypatch.setattr(engine_module, "STEADY", 0.0)
    return Docker(tmp_path)


def test_no_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ScaffoldError, match="there is no docker command") as caught:
        check()
    assert caught.value.code == 2


def test_no_engine(docker: Docker) -> None:
    docker.says({"version --format": (1, "x\nCannot connect.\n")})
    with pytest.raises(Transient, match=r"none answers \(Cannot connect\.\)"):
        check()
    docker.says({"compose version": (1, "no such command")})
    with pytest.raises(ScaffoldError, match="has no compose command"):
        check()
    docker.says({})
    check()


def test_overrides() -> None:
    lines = "\n".join(overrides(SERVICES, free=True)).replace("!override", "").replace("!reset", "")
    web, db = (read(lines).at("services", name) for name in ("web", "db"))
    assert web and db
    assert [one.text for one in web.list("ports")] == ["127.0.0.1::3000/tcp"]
    assert (web.word("user"), web.word("read_only"), web.word("restart")) == ("0:0", "false", "no")
    assert [one.text for one in db.list("ports")] == ["127.0.0.1::5432/tcp"]
    assert db.word("user") == "" and "image" not in db.fields and "image" in web.fields
    assert "user" not in "\n".join(overrides(SERVICES, free=False))


def test_it_runs_in_a_project_of_its_own_and_leaves_nothing(docker: Docker, tmp_path: Path) -> None:
    row = {"Service": "web", "ID": "abc", "State": "running", "Health": "", "ExitCode": 0}
    docker.says({" ps ": (0, f"a warning\n{json.dumps(row)}\n"), " build ": (1, "no")})
    with Engine(tmp_path) as engine:
        name = engine.name
        assert engine.build() == (False, "no")
        assert engine.run(["web", "db"], free=False) == {"web": State("abc", "running", "", 0)}
    compose = [words for words in docker.asked if words.startswith("compose ")]
    assert name.startswith("dockerscaffold-probe-") and all(f"-p {name} " in words for words in compose)
    assert "down --volumes --remove-orphans --timeout 1 --rmi local" in compose[-1]
    assert docker.asked[-1] == "image rm postgres"


def test_it_is_taken_down_in_peace(docker: Docker, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Engine(tmp_path):
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()
    assert signal.getsignal(signal.SIGINT) is before
    assert docker.asked[-1] == "image rm postgres"


def test_a_compose_file_that_is_none(docker: Docker, tmp_path: Path) -> None:
    docker.place.joinpath("said").write_text(json.dumps({" config ": (1, "yaml: line 3\n")}))
    with pytest.raises(ScaffoldError, match="docker compose config fails: yaml: line 3"), Engine(tmp_path):
        pass


def test_what_docker_says(docker: Docker, tmp_path: Path) -> None:
    docker.says(
        {
            "diff c": (0, "A /app/a b\nC /app\nError?\n"),
            "logs --tail": (0, "hello\n"),
            " port web 3000": (0, "127.0.0.1:49153\n"),
            " port web 9": (1, "no such port"),
        }
    )
    with Engine(tmp_path) as engine:
        assert engine.changes("c") == (Change("C", "/app"), Change("A", "/app/a b"))
        assert engine.log("c") == "hello\n"
        assert engine.address("web", 3000) == ("127.0.0.1", 49153)
        assert engine.address("web", 9) is None


def test_names(docker: Docker, tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in ("logs", "logs/a", "logs/b/c"):
            member = tarfile.TarInfo(name)
            member.type = tarfile.DIRTYPE if name == "logs" else tarfile.REGTYPE
            archive.addfile(member)
    docker.says({"c:/app/logs": (0, made.getvalue().decode("latin-1")), "c:/app/no": (1, "")})
    with Engine(tmp_path) as engine:
        assert engine.names("c", "/app/logs") == ("a", "b/c")
        assert engine.names("c", "/app/no") is None


def test_what_takes_too_long_is_ended(docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (docker.place / "docker").write_text(
        '#!/bin/sh\ncase "$*" in *logs*) exec /bin/sleep 60;; esac\necho \'{"services": {}}\'\n'
    )
    with Engine(tmp_path) as engine:
        monkeypatch.setattr(engine_module, "COMMAND", 0.2)
        assert engine.log("c") == "It took longer than 0 s."
        monkeypatch.setattr(engine_module, "COMMAND", 60.0)
