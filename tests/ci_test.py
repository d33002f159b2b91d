"""What runs in others' CI: the action, the example workflows and the hook of pre-commit, each also for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.checked import edit, made
from tests.cli_test import environment
from tests.day import PROGRAM, TOP
from tests.examples_test import JUDGE
from tests.generated import schema, write

ACTION = TOP / "action.yml"
WORKFLOWS = sorted((TOP / "docs/workflows").glob("*.yml"))
OURS = "OWNER/dockerscaffold@COMMIT"
IN_PLACE = f"owner/dockerscaffold@{'0123456789' * 4}  # v0.1.0"
OWN = "".join((TOP / f".github/workflows/{name}.yml").read_text() for name in ("ci", "catalogue"))


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text().replace(OURS, IN_PLACE))


def steps(path: Path) -> list[dict[str, Any]]:
    content = load(path)
    if path == ACTION:
        return list(content["runs"]["steps"])
    return [step for job in content["jobs"].values() for step in job["steps"]]


def script(path: Path, name: str) -> str:
    """The shell script of a step."""
    return str(next(step["run"] for step in steps(path) if step["name"] == name))


def test_there_are_both_examples() -> None:
    assert [path.name for path in WORKFLOWS] == ["check.yml", "update.yml"]


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_the_form(path: Path) -> None:
    kind = "github-actions" if path == ACTION else "github-workflows"
    found = [error.message for error in schema(kind).iter_errors(load(path))]
    assert found == []
    with pytest.raises(jsonschema.ValidationError):
        schema(kind).validate({"name": "x"})


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_actions_are_pinned_and_scripts_hold_no_expression(path: Path) -> None:
    for line in re.findall(r"uses: (.*)", path.read_text()):
        assert line == OURS or (re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v[\d.]+", line) and line in OWN)
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_the_least(path: Path) -> None:
    content = load(path)
    (job,) = content["jobs"].values()
    needed = {
        "check.yml": {"contents": "read", "security-events": "write"},
        "update.yml": {"contents": "write", "pull-requests": "write"},
    }
    assert content["permissions"] == {} and job["permissions"] == needed[path.name]
    assert {*content["on"]} & {"pull_request_target", "workflow_run"} == set()


def test_what_workflows_give_the_action_and_take_of_it_is_there() -> None:
    action = load(ACTION)
    for path in WORKFLOWS:
        used = [step for step in steps(path) if step.get("uses", "").startswith("owner/")]
        assert len(used) == 1 and {*used[0]["with"]} <= {*action["inputs"]}
        taken = re.findall(rf"steps\.{used[0]['id']}\.outputs\.([\w-]+)", path.read_text())
        assert taken and {*taken} <= {*action["outputs"]}
    given = {name for value in steps(ACTION)[2]["env"].values() for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert given == {*action["inputs"]}


@pytest.mark.scanners
def test_outside_scanners_find_nothing(tmp_path: Path) -> None:
    if not JUDGE.exists():
        pytest.skip("no scanners beside this checkout")
    for path in WORKFLOWS:
        write(tmp_path, {f".github/workflows/{path.name}": path.read_text().replace(OURS, IN_PLACE)})
    done = subprocess.run([str(JUDGE), str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "on 2 files" in done.stderr


@pytest.mark.scanners
def test_an_outside_scanner_finds_nothing_in_the_action(tmp_path: Path) -> None:
    scanner = Path(os.environ.get("SCANNERS_ROOT", "/opt/scanners")) / "bin/zizmor"
    if not scanner.exists():
        pytest.skip("no zizmor")
    shutil.copy(ACTION, tmp_path)
    words = [str(scanner), "--offline", "--no-config", "--persona=auditor", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class Runner:
    """A machine of GitHub's as far as our scripts use it: a clone of a repository, and a program called gh."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.temp = place / "temp"
        write(place, {"temp/dockerscaffold/bin/dockerscaffold": f'#!/bin/sh\nexec {" ".join(PROGRAM)} "$@"\n'})
        gh = f'#!/bin/sh\necho "$@" >> {place}/asked\n[ "$2" != list ] || cat {place}/open\n'
        write(place, {"bin/gh": gh, "open": "0\n", "asked": "", "output": ""})
        for program in (place / "bin/gh", self.temp / "dockerscaffold/bin/dockerscaffold"):
            program.chmod(0o755)
        made(place)
        self.folder = place / "clone"
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
        for words in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "one"]):
            subprocess.run([*git, *words], cwd=place / "shop", check=True)
        subprocess.run([*git, "clone", "-q", "--bare", "shop", "remote"], cwd=place, check=True)
        subprocess.run([*git, "clone", "-q", "remote", "clone"], cwd=place, check=True)

    def run(self, text: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a step's script as GitHub does."""
        env = environment(
            PATH=f"{self.place / 'bin'}:{os.environ['PATH']}",
            RUNNER_TEMP=str(self.temp),
            GITHUB_OUTPUT=str(self.place / "output"),
            **variables,
        )
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
        return subprocess.run(words, cwd=self.folder, env=env, capture_output=True, text=True)

    def act(self, command: str = "check", **inputs: str) -> subprocess.CompletedProcess[str]:
        """Runs the action."""
        given = {"DIRECTORY": ".", "FAIL_ON": "warning", "OFFLINE": "true", "SARIF": ""} | inputs
        return self.run(script(ACTION, "Run"), COMMAND=command, **given)

    @property
    def outputs(self) -> dict[str, str]:
        """What the action gives to the steps behind it."""
        return dict(line.split("=", 1) for line in (self.place / "output").read_text().splitlines())

    def git(self, *words: str) -> str:
        """What git says of the remote repository."""
        command = ["git", "-C", str(self.place / "remote"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_action_checks(runner: Runner) -> None:
    done = runner.act()
    assert (done.returncode, done.stdout) == (0, "No findings.\n") and "sarif" not in runner.outputs
    edit(runner.folder / "Dockerfile", "USER 65532:65532", "USER root")
    done = runner.act(SARIF="a b.sarif")
    assert done.returncode == 1 and "root-user" in done.stdout
    assert '"ruleId": "root-user"' in (runner.folder / "a b.sarif").read_text()
    assert script(ACTION, "Run").count('"$program" ') == 1, "one run for both"
    assert runner.outputs["sarif"] == "a b.sarif"
    assert runner.act(DIRECTORY="; touch x; $(touch x)").returncode == 2 and not (runner.folder / "x").exists()


def test_the_action_fails_on_what_it_is_told_to(runner: Runner) -> None:
    edit(runner.folder / "compose.yaml", "restart: on-failure:5", "restart: always")
    assert [runner.act(FAIL_ON=level).returncode for level in ("error", "warning", "note")] == [0, 0, 1]
    assert runner.act(FAIL_ON="grave").returncode == 2


def test_a_check_that_did_not_take_place_has_no_sarif(runner: Runner) -> None:
    (runner.folder / ".dockerscaffold.lock").unlink()
    assert runner.act(SARIF="x.sarif").returncode == 2
    assert not (runner.folder / "x.sarif").exists() and "sarif" not in runner.outputs


def test_findings_are_uploaded(runner: Runner) -> None:
    runner.act(SARIF="x.sarif")
    given = {"GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "1" * 40, "REF": "refs/heads/main", "SARIF": "x.sarif"}
    done = runner.run(script(WORKFLOWS[0], "Upload"), **given)
    assert done.returncode == 0, done.stderr
    sent = subprocess.run(f"base64 -d {runner.temp}/sarif | gunzip", shell=True, capture_output=True, check=True).stdout
    assert sent == (runner.folder / "x.sarif").read_bytes()
    assert f"repos/o/r/code-scanning/sarifs --raw-field commit_sha={'1' * 40}" in (runner.place / "asked").read_text()


def propose(runner: Runner) -> subprocess.CompletedProcess[str]:
    """Runs the last step of the weekly workflow."""
    given = {"BASE": "main", "SUMMARY": runner.outputs["summary"], "CONFLICTS": runner.outputs["conflicts"]}
    return runner.run(script(WORKFLOWS[1], "Open a pull request"), **given)


def test_an_update_is_proposed(runner: Runner) -> None:
    edit(runner.folder / ".dockerscaffold.toml", "3000", "5000")
    assert runner.act("update").returncode == 0 and runner.outputs["conflicts"] == "false"
    done = propose(runner)
    assert done.returncode == 0, done.stderr
    assert "EXPOSE 5000" in runner.git("show", "container-files:Dockerfile")
    assert runner.git("log", "-1", "--format=%s", "container-files") == "Update the container files\n"
    asked = (runner.place / "asked").read_text()
    assert "pr create --base main --head container-files --title Update the container files" in asked
    assert "Dockerfile" in (runner.temp / "body.md").read_text()


def test_an_open_request_is_taken_further(runner: Runner) -> None:
    edit(runner.folder / ".dockerscaffold.toml", "3000", "5000")
    runner.act("update")
    (runner.place / "open").write_text("1\n")
    assert propose(runner).returncode == 0
    asked = (runner.place / "asked").read_text()
    assert "pr edit container-files" in asked and "pr create" not in asked


def test_conflicts_are_proposed_as_such(runner: Runner) -> None:
    edit(runner.folder / "Dockerfile", "EXPOSE 3000", "EXPOSE 4000")
    edit(runner.folder / ".dockerscaffold.toml", "3000", "5000")
    assert runner.act("update").returncode == 0 and runner.outputs["conflicts"] == "true"
    assert propose(runner).returncode == 0
    assert "conflicts to resolve" in runner.git("log", "-1", "--format=%s", "container-files")


def test_nothing_new_is_no_request(runner: Runner) -> None:
    assert runner.act("update").returncode == 0
    assert propose(runner).returncode == 0
    assert runner.git("branch", "--list", "container-files") == "" and (runner.place / "asked").read_text() == ""


def test_an_update_that_cannot_begin_fails(runner: Runner) -> None:
    lock = runner.folder / ".dockerscaffold.lock"
    lock.write_text(lock.read_text().replace('"USER 65532:65532"', '"USER root"'))
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "x"], cwd=runner.folder)
    assert runner.act("update").returncode == 1


HOOK = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())[0]


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        *((path, True) for path in ("compose.override.yaml", "docker-compose.override.yml")),
        *((path, True) for path in ("Dockerfile", "api/Dockerfile", ".dockerignore", "compose.yaml", "go.sum")),
        *((path, True) for path in (".github/dependabot.yml", ".dockerscaffold.toml", "web/package-lock.json")),
        *((path, True) for path in (".python-version", ".tool-versions", "api/requirements-prod.txt", "Pipfile.lock")),
        *((path, True) for path in (".dockerscaffold.accepted.toml", ".dockerscaffold.lock", ".nvmrc", "uv.lock")),
        *((path, False) for path in ("README.md", "Dockerfile.old", "main.py", "my-package.json", "src/compose.yml")),
    ],
)
def test_the_files_of_the_hook(path: str, looked_at: bool) -> None:
    assert bool(re.search(HOOK["files"], path)) == looked_at


def test_the_hook_looks_at_every_manifest() -> None:
    from scaffold.questions import MANIFESTS

    assert all(re.search(HOOK["files"], name) for names in MANIFESTS.values() for name in names)


def test_the_hook_for_real(tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    sources = tmp_path / "sources"
    for path in subprocess.run(listed, cwd=TOP, capture_output=True, text=True, check=True).stdout.splitlines():
        if (TOP / path).is_file() and not path.startswith(("tests/", "examples/")):
            (sources / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / path, sources / path)
    folder = made(tmp_path)
    for place in (sources, folder):
        for words in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "one"]):
            subprocess.run([*git, *words], cwd=place, check=True)
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(sources), HOOK["id"], "--all-files", "--verbose"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and "No findings." in done.stdout, done.stdout + done.stderr
    edit(folder / "Dockerfile", "USER 65532:65532", "USER root")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1 and "root-user" in done.stdout, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
