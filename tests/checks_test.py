"""The command `check` over whole projects: edits that weaken, each at its line; harmless ones; codes, streams, looks.

The reference of all rules, docs/checks.md, is current; `--rewrite` makes it anew.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from scaffold.rules import RULES
from scaffold.state import ANSWERS
from tests import inside
from tests.checked import LANGUAGES, edit, line_with, made
from tests.cli_test import ESCAPES, at_a_terminal, dockerscaffold, environment
from tests.commands_test import tree
from tests.day import PROGRAM, TOP

REFERENCE = TOP / "docs" / "checks.md"
DOCKERFILE, COMPOSE, IGNORED, UPDATES = "Dockerfile", "compose.yaml", ".dockerignore", ".github/dependabot.yml"
USER, EXPOSE, CHMOD = "USER 65532:65532", "\nEXPOSE ", "COPY . .\n"
SERVICE, LAST = "  web:", "AS runtime"
IMAGE = "registry.example.com/db:1.2.3@sha256:" + "0123456789abcdef" * 4


class Edit(NamedTuple):
    """A change of a file; `mark` is in the line of what is found, as it is afterwards."""

    path: str
    old: str
    new: str
    rule: str
    mark: str


def before(instruction: str, rule: str, at: str = EXPOSE) -> Edit:
    """An instruction more in the Dockerfile."""
    return Edit(DOCKERFILE, at, f"\n{instruction}\n{at}", rule, instruction.partition("\n")[0])


def below(lines: str, rule: str, mark: str = "") -> Edit:
    """Lines more in the service of the compose file."""
    return Edit(COMPOSE, "    init: true\n", f"    init: true\n{lines}\n", rule, mark or lines.strip().split("\n")[0])


WEAKENING = [
    Edit(DOCKERFILE, f"{USER}\n", "", "root-user", LAST),
    Edit(DOCKERFILE, USER, "USER root", "root-user", "USER root"),
    Edit(DOCKERFILE, USER, "USER 0", "root-user", "USER 0"),
    Edit(DOCKERFILE, f"{USER}\n", f"{USER}\n\nUSER root\n", "root-user", "USER root"),
    Edit(DOCKERFILE, "HEALTHCHECK --", "HEALTHCHECK NONE\n# ", "no-healthcheck", "HEALTHCHECK NONE"),
    Edit(DOCKERFILE, " \\\n && find / -xdev -type f -perm /6000 -exec rm -f {} +", "", "setuid-files", LAST),
    Edit(DOCKERFILE, 'ENTRYPOINT ["', 'ENTRYPOINT ["/bin/sh", "-c", "', "shell-form", "ENTRYPOINT"),
    Edit(DOCKERFILE, "COPY --from=build ", "COPY --chown=65532 --from=build ", "writable-app", "--chown"),
    Edit(DOCKERFILE, "COPY --from=build ", "COPY --chmod=777 --from=build ", "world-writable", "--chmod"),
    before("ENV DB_PASSWORD=hunter2", "secret-variable"),
    before("ARG API_TOKEN=abcdef", "secret-variable"),
    before(f"LABEL deploy=ghp_{'a1' * 18}", "secret-text"),
    before("COPY . /srv", "context-in-runtime"),
    before("EXPOSE 22", "ssh-port"),
    before("RUN apt-get update && apt-get install -y curl", "runtime-tools", f"\n{USER}"),
    before("ADD https://example.com/x.tar.gz /x", "remote-add", CHMOD),
    before("RUN curl -fsS https://example.com/install | sh", "pipe-to-shell", CHMOD),
    before("RUN curl -fsSk -o x https://example.com/x", "tls-off", CHMOD),
    before("RUN sudo ls", "sudo", CHMOD),
    before("RUN chmod 4755 x", "setuid-bit", CHMOD),
    before("RUN npm install left-pad", "unlocked-install", CHMOD),
    before("RUN --security=insecure true", "insecure-build", CHMOD),
    before("COPY .npmrc ./", "secret-file", CHMOD),
    before("COPY --from=busybox:1 /bin/x /x", "unpinned-image"),
    before("RUN curl -O https://h/x.sh\nRUN true\nRUN sh x.sh", "pipe-to-shell", CHMOD)._replace(mark="RUN sh x.sh"),
    before("RUN docker login -p hunter2", "secret-variable", CHMOD),
    before("RUN tool --password hunter2", "secret-variable", CHMOD),
    before("RUN export DB_PASSWORD=hunter2 && make", "secret-variable", CHMOD),
    before('CMD ["--inspect=0.0.0.0"]', "debug-mode"),
    Edit(DOCKERFILE, "ENTRYPOINT [", "ENTRYPOINT exec npm start\n# ", "shell-form", "exec npm"),
    below("    command: [sh, -c, node server.js]", "shell-form"),
    below("    entrypoint: [uvicorn, 'main:app', --reload]", "debug-mode"),
    below("    volumes:\n      - .:/app", "mounted-source", ".:/app"),
    below("    privileged: true", "privileged"),
    below("    cap_add: [SYS_ADMIN]", "capabilities"),
    below("    pid: host", "host-namespace"),
    below("    network_mode: host", "host-namespace"),
    below("    volumes:\n      - /var/run/docker.sock:/s", "engine-socket", "docker.sock"),
    below("    volumes:\n      - /etc:/host", "host-path", "/etc:/host"),
    below("    devices: [/dev/sda]", "devices"),
    below("    environment:\n      DB_PASSWORD: hunter2", "secret-variable", "DB_PASSWORD"),
    below("    sysctls: {net.ipv4.ip_forward: 1}", "sysctls"),
    below("    group_add: [docker]", "extra-group"),
    Edit(COMPOSE, "    build:\n", "    build:\n      target: build\n", "other-build", "target: build"),
    Edit(COMPOSE, "    cap_drop:\n      - ALL\n", "", "capabilities", SERVICE),
    Edit(COMPOSE, "    read_only: true\n", "", "writable-root", SERVICE),
    Edit(COMPOSE, "read_only: true", "read_only: false", "writable-root", "read_only"),
    Edit(COMPOSE, "no-new-privileges:true", "no-new-privileges:false", "new-privileges", "no-new"),
    Edit(
        COMPOSE, "no-new-privileges:true", "no-new-privileges:true\n      - seccomp=unconfined", "unconfined", "seccomp"
    ),
    Edit(COMPOSE, "user: '65532:65532'", "user: root", "root-user", "user: root"),
    Edit(COMPOSE, "    init: true\n", "", "no-init", SERVICE),
    Edit(COMPOSE, "- '127.0.0.1:", "- '0.0.0.0:", "published-port", "0.0.0.0"),
    Edit(COMPOSE, "    mem_limit: 256m\n", "", "no-memory-limit", SERVICE),
    Edit(COMPOSE, "    cpus: 0.5\n", "", "no-cpu-limit", SERVICE),
    Edit(COMPOSE, "pids_limit: 128", "pids_limit: -1", "no-process-limit", "pids_limit"),
    Edit(COMPOSE, "restart: on-failure:5", "restart: always", "restarts", "restart"),
    Edit(COMPOSE, ",noexec", "", "loose-tmpfs", "/tmp:"),
    Edit(IGNORED, "**/.npmrc\n", "", "secret-not-ignored", "**/.netrc"),
    Edit(IGNORED, "", "!.env\n", "secret-not-ignored", "!.env"),
    Edit(IGNORED, "", "!**/id_rsa\n", "secret-not-ignored", "!**/id_rsa"),
    Edit(UPDATES, "default-days: 7", "default-days: 0", "short-cooldown", "default-days"),
    Edit(UPDATES, "package-ecosystem: docker", "package-ecosystem: npm", "no-updates", "updates:"),
    Edit(UPDATES, "interval: weekly", "interval: yearly", "slow-updates", "interval"),
]

HARMLESS = [
    (DOCKERFILE, EXPOSE, "\n# USER root\nEXPOSE "),
    (DOCKERFILE, EXPOSE, "\nENV LOG_LEVEL=info MONKEY=1 PUBLIC_KEY=abc\n\nEXPOSE "),
    (DOCKERFILE, EXPOSE, "\nENV DB_PASSWORD_FILE=/run/secrets/db\n\nEXPOSE "),
    (DOCKERFILE, EXPOSE, '\nLABEL org.opencontainers.image.title="A shop: curl | sh"\n\nEXPOSE '),
    (DOCKERFILE, EXPOSE, "\nEXPOSE 9090\nEXPOSE "),
    (DOCKERFILE, CHMOD, f"{CHMOD}\nRUN apt-get update && apt-get install -y --no-install-recommends curl make\n"),
    (DOCKERFILE, CHMOD, f"{CHMOD}\nRUN echo 'sudo chmod 777 | sh' # sudo\n"),
    (DOCKERFILE, CHMOD, f"{CHMOD}\nRUN <<END\nset -e\necho chmod 755 x\nEND\n"),
    (DOCKERFILE, CHMOD, f"{CHMOD}\nRUN --mount=type=secret,id=npm,target=/root/.npmrc true\n"),
    (DOCKERFILE, CHMOD, f"{CHMOD}\nRUN curl -O https://h/x.sh\nRUN sha256sum -c x.sum && sh x.sh\n"),
    (DOCKERFILE, CHMOD, f'{CHMOD}\nRUN mkdir -p x && tool --password "$(cat /run/secrets/x)"\n'),
    (DOCKERFILE, USER, "USER nonroot"),
    (DOCKERFILE, USER, "USER 1000:1000"),
    (DOCKERFILE, LAST, "AS runtime\n\n# what runs"),
    (DOCKERFILE, LAST, "AS runtime\n\nUSER root"),
    (DOCKERFILE, "--interval=15s", "--interval=1m"),
    (DOCKERFILE, "WORKDIR /app\n\nUSER", "RUN mkdir /data && chown 65532 /data\n\nWORKDIR /app\n\nUSER"),
    (DOCKERFILE, "COPY --from=build ", "COPY --link --from=build "),
    (DOCKERFILE, f"{USER}\n", f"{USER}\n\n\n\n"),
    (COMPOSE, "    init: true", "    # privileged: true\n    init: true"),
    (COMPOSE, "      - ALL", "      - 'all'"),
    (COMPOSE, "cpus: 0.5", "cpus: '2'"),
    (COMPOSE, "mem_limit: 256m", "mem_limit: 2g"),
    (COMPOSE, "interval: 15s", "interval: 5m"),
    (COMPOSE, "restart: on-failure:5", "restart: 'no'"),
    (COMPOSE, "size=64m", "size=1g"),
    (COMPOSE, "    init: true\n", "    init: true\n\n    volumes:\n      - data:/data\n      - ./conf:/etc/app:ro\n"),
    (COMPOSE, "    init: true\n", "    init: true\n\n    environment:\n      LOG_LEVEL: info\n"),
    (COMPOSE, "    init: true\n", "    init: true\n\n    environment: [DB_PASSWORD]\n"),
    (COMPOSE, "    init: true\n", "    init: true\n\n    command: [sh, -c, 'exec node server.js']\n"),
    (COMPOSE, "    init: true\n", "    init: true\n\n    volumes: ['./uploads:/app/uploads']\n"),
    (COMPOSE, "    init: true\n", "    init: true\n\n    depends_on: [db]\n"),
    (COMPOSE, "- '127.0.0.1:", "- '127.0.0.1:9999:9999'\n      - '127.0.0.1:"),
    (COMPOSE, "  frontend: {}", "  frontend:\n    internal: true"),
    (COMPOSE, "name: shop\n", "name: store\n"),
    (IGNORED, "# Secrets", "# What nobody should see"),
    (IGNORED, "# Secrets\n", "coverage\n!.env.example\n\n# Secrets\n"),
    (IGNORED, "**/.env\n**/.env.*\n**/.env-*\n", "**/.env*\n"),
    (UPDATES, "interval: weekly", "interval: daily"),
    (UPDATES, "default-days: 7", "default-days: 14"),
    (UPDATES, "    groups:\n", "    # all at once\n    groups:\n"),
]


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project of each language on slim, which has all that the other tiers have; tests copy it."""
    given = {"tier": "slim", "health-path": "/ok"}
    return {language: made(tmp_path_factory.mktemp(language), language, given) for language in LANGUAGES}


@pytest.fixture
def shop(tmp_path: Path, projects: dict[str, Path]) -> Path:
    return copy(projects["node"], tmp_path)


def copy(project: Path, place: Path) -> Path:
    return Path(shutil.copytree(project, place / "shop"))


def change(path: Path, old: str, new: str) -> None:
    """Replaces the last of the places where `old` stands; with nothing for it, adds to the end."""
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    head, _, tail = text.rpartition(old) if old else (text, "", "")
    path.write_text(head + new + tail)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made_weak", WEAKENING, ids=lambda edit: f"{edit.rule}, {edit.mark}".strip())
def test_a_weakening_edit_is_found_at_its_line(
    made_weak: Edit, language: str, projects: dict[str, Path], tmp_path: Path
) -> None:
    shop = copy(projects[language], tmp_path)
    change(shop / made_weak.path, made_weak.old, made_weak.new)
    done = inside.run("check", "--offline", "--json", "--fail-on", "note", cwd=shop)
    found = json.loads(done.out)["findings"]
    place = (made_weak.rule, made_weak.path, line_with(shop / made_weak.path, made_weak.mark))
    assert {(one["rule"], one["path"], one["line"]) for one in found} == {place}
    assert done.code == 1 and done.err == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("harmless", HARMLESS, ids=lambda edit: f"{edit[0]}, {edit[2]}".strip())
def test_a_harmless_edit_is_silent(
    harmless: tuple[str, str, str], language: str, projects: dict[str, Path], tmp_path: Path
) -> None:
    shop = copy(projects[language], tmp_path)
    path, old, new = harmless
    change(shop / path, old, new)
    done = inside.run("check", "--offline", "--fail-on", "note", cwd=shop)
    assert (done.code, done.out, done.err) == (0, "No findings.\n", "")


def test_what_the_user_added_counts_a_level_less(shop: Path) -> None:
    own = f"  db:\n    image: {IMAGE}\n    privileged: true\n\nnetworks:\n"
    change(shop / COMPOSE, "networks:\n", own)
    done = inside.run("check", "--offline", "--json", "--only", "privileged", "--only", "unpinned-image", cwd=shop)
    (found,) = json.loads(done.out)["findings"]
    assert (found["rule"], found["level"], found["line"]) == (
        "privileged",
        "warning",
        line_with(shop / COMPOSE, "privileged: true"),
    )


@pytest.mark.parametrize("name", ["compose.override.yaml", "docker-compose.override.yml"])
def test_what_compose_merges_by_itself_is_judged(name: str, shop: Path) -> None:
    (shop / name).write_text("services:\n  web:\n    environment: {LOG_LEVEL: debug}\n")
    assert inside.run("check", "--offline", "--fail-on", "note", cwd=shop).code == 0
    (shop / name).write_text("services:\n  web:\n    privileged: true\n")
    done = inside.run("check", "--offline", "--quiet", cwd=shop)
    assert done.out == f"{name}:3  error  privileged  CIS 5.5\n"


def test_other_files_of_a_compose_file(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("services:\n  x:\n    privileged: true\n")
    (shop / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (shop / "base.yaml").write_text("services:\n  x:\n    pid: host\n")
    change(shop / COMPOSE, "    init: true\n", "    init: true\n    extends: {file: base.yaml, service: x}\n")
    change(shop / COMPOSE, "", "include: [../outside.yaml, link.yaml, docs]\n")
    (shop / "docs").mkdir()
    done = inside.run("check", "--offline", "--json", "--fail-on", "note", cwd=shop)
    found = [(one["rule"], one["path"], one["line"], one["level"]) for one in json.loads(done.out)["findings"]]
    line = line_with(shop / COMPOSE, "include:")
    assert set(found) == {("host-namespace", "base.yaml", 3, "error"), ("unseen-file", COMPOSE, line, "note")}
    assert len(found) == 4 and done.err == ""


def test_there_are_as_many_edits_as_are_promised() -> None:
    assert len(WEAKENING) >= 50 and len(HARMLESS) >= 35
    for edits in (WEAKENING, HARMLESS):
        assert {edit[0] for edit in edits} == {DOCKERFILE, COMPOSE, IGNORED, UPDATES}


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ((), 1),
        (("--fail-on", "error"), 0),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "note"), 1),
        (("--only", "restarts"), 0),
        (("--only", "restarts", "--fail-on", "note"), 1),
        (("--only", "no-init"), 1),
        (("--only", "root-user"), 0),
        (("--only", "no-innit"), 2),
        (("--fail-on", "warn"), 2),
        (("nowhere",), 2),
        (("--json", "--sarif"), 2),
    ],
)
def test_exit_codes(flags: tuple[str, ...], code: int, shop: Path) -> None:
    edit(shop / COMPOSE, "    init: true\n", "")
    edit(shop / COMPOSE, "restart: on-failure:5", "restart: always")
    done = inside.run("check", "--offline", *flags, cwd=shop)
    assert done.code == code
    assert (done.err.startswith("error: ") and done.out == "") == (code == 2) or "Usage: " in done.err


def test_misspelt_words_name_the_nearest(shop: Path) -> None:
    assert "Did you mean no-init?" in inside.run("check", "--only", "no-innit", cwd=shop).err
    assert "Did you mean warning?" in inside.run("check", "--fail-on", "warn", cwd=shop).err


def test_a_registry_that_fails_is_no_failure(shop: Path) -> None:
    done = dockerscaffold("check", "--timeout", "0.5", cwd=shop, HTTPS_PROXY="http://127.0.0.1:9")
    assert done.code == 0 and "docker.io" in done.out and done.out.endswith("\nNo findings.\n")


def test_errors_as_json(shop: Path) -> None:
    (shop / ".dockerscaffold.lock").unlink()
    done = inside.run("check", "--offline", "--json", cwd=shop)
    assert done.code == 2 and json.loads(done.out)["error"]["exit_code"] == 2
    assert "has no .dockerscaffold.lock" in done.err and "Run dockerscaffold new" in done.err


def weak(shop: Path) -> Path:
    """The project with findings in two files."""
    edit(shop / DOCKERFILE, USER, "USER root")
    edit(shop / COMPOSE, "restart: on-failure:5", "restart: always")
    edit(shop / UPDATES, "default-days: 7", "default-days: 0")
    return shop


def test_what_people_see(shop: Path) -> None:
    line = edit(shop / DOCKERFILE, USER, "USER root")
    done = inside.run("check", "--offline", cwd=shop)
    assert done.out == (
        f"Dockerfile:{line}  error  root-user  CIS 4.1\n"
        "  The app runs as root.\n"
        "  Write USER 65532:65532 before the ENTRYPOINT.\n"
        "\n"
        "1 finding.\n"
    )
    assert (
        inside.run("check", "--offline", "--quiet", cwd=shop).out == f"Dockerfile:{line}  error  root-user  CIS 4.1\n"
    )


def test_quiet_says_nothing_of_nothing(shop: Path) -> None:
    assert inside.run("check", "--offline", "--quiet", cwd=shop) == (0, "", "")


def test_json(shop: Path) -> None:
    line = edit(shop / DOCKERFILE, USER, "USER root")
    content = json.loads(inside.run("check", "--offline", "--json", cwd=shop).out)
    assert {*content} == {"dockerscaffold", "findings", "accepted", "notes"}
    assert content["findings"] == [
        {
            "rule": "root-user",
            "path": "Dockerfile",
            "line": line,
            "fact": "The app runs as root.",
            "remedy": "Write USER 65532:65532 before the ENTRYPOINT.",
            "control": "CIS 4.1",
            "level": "error",
            "settled_by_update": False,
        }
    ]


def test_sarif_beside_what_people_see(shop: Path) -> None:
    edit(shop / DOCKERFILE, USER, "USER root")
    plain = inside.run("check", "--offline", cwd=shop)
    both = inside.run("check", "--offline", "--sarif-file", "x.sarif", cwd=shop)
    assert both == plain and both.code == 1
    assert (shop / "x.sarif").read_text() == inside.run("check", "--offline", "--sarif", cwd=shop).out
    done = inside.run("check", "--offline", "--json", "--sarif-file", "none/x.sarif", cwd=shop)
    assert done.code == 2 and "'none/x.sarif' cannot be written" in done.err and "error" in json.loads(done.out)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_it_fits(columns: int, shop: Path) -> None:
    code, sent = at_a_terminal(["check", str(weak(shop)), "--offline"], COLUMNS=str(columns), TERM="xterm")
    shown = ESCAPES.sub("", sent.replace("\r", ""))
    assert code == 1 and max(map(len, shown.splitlines())) <= min(columns, 80)
    assert all(part in shown for part in ("root-user", "short-cooldown", "OWASP D08", "3 findings."))


def test_colour_on_a_terminal_alone(shop: Path) -> None:
    weak(shop)
    _, sent = at_a_terminal(["check", str(shop), "--offline"], TERM="xterm", COLUMNS="80")
    assert ESCAPES.search(sent)
    plain = dockerscaffold("check", "--offline", cwd=shop).out
    assert not ESCAPES.search(plain) and ESCAPES.sub("", sent.replace("\r", "")) == plain
    assert not ESCAPES.search(at_a_terminal(["check", str(shop), "--offline", "--no-color"], TERM="xterm")[1])


@pytest.mark.parametrize("flags", ["", "--json", "--sarif", "--quiet"])
def test_pipes_that_are_closed(flags: str, shop: Path) -> None:
    script = f"{' '.join(PROGRAM)} check --offline {flags} | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=weak(shop), env=environment(), capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr == "" and done.stdout.count("\n") == 1


def test_nothing_is_written(shop: Path) -> None:
    weak(shop)
    edit(shop / ANSWERS, "3000", "5000")
    seen = tree(shop)
    for flags in ((), ("--json",), ("--sarif",), ("--quiet",)):
        assert inside.run("check", "--offline", *flags, cwd=shop).code == 1
    assert tree(shop) == seen


def test_a_directory_that_cannot_be_written_is_checked(shop: Path) -> None:
    line = edit(shop / DOCKERFILE, USER, "USER root")
    for path in [shop, *shop.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert f"Dockerfile:{line}" in inside.run("check", "--offline", cwd=shop).out
    finally:
        shop.chmod(0o755)


def reference() -> str:
    """docs/checks.md."""
    rows = [f"| {rule.id} | {rule.level} | {rule.control} | {rule.title} | {rule.help} |" for rule in RULES.values()]
    return f"""\
# Checks

`dockerscaffold check` judges the files that dockerscaffold wrote: what in them weakens the hardening, whoever wrote it
there, and what they have fallen behind of. With compose.yaml it judges what Compose reads beside it, which is
compose.override.yaml, and the files of the project that it includes or that services extend. Other files that it never
wrote it leaves alone, and it changes nothing.

The last line says how many findings `dockerscaffold update` settles; `settled_by_update` says it in `--json`.
`--offline` leaves out what takes a registry, which is stale-pin; a registry that fails is a note, never a failure.

The exit code is 0 when nothing is found of the level of `--fail-on` (warning unless told otherwise) or above, 1 when
something is, 2 when the check could not take place. `--only RULE` looks for some rules alone; `--json` and `--sarif`
are for programs, and `--sarif-file FILE` writes the latter beside what people see. What you added yourself, as a
database in compose.yaml, is judged one level lower.

## Accepting a finding

What the project lives with stands in `.dockerscaffold.accepted.toml`, with the reason and the day:

```toml
{ACCEPTED}```

An entry covers the findings of a rule in a file; with `fact`, those alone that have this text in their first sentence.
After the day of `until` it covers nothing; `fact` and `until` may be left out. What is accepted is counted, stands in
`--json` with its reason, and in SARIF as suppressed. An entry for which nothing is found any more is said in a note.

## In CI

OWNER and COMMIT stand for where dockerscaffold is, and for the whole commit of a release.

- **pre-commit**, before each commit and without network; `args: [web]` checks the folder web instead of the top:

  ```yaml
  repos:
    - repo: https://github.com/OWNER/dockerscaffold
      rev: COMMIT
      hooks:
        - id: dockerscaffold-check
  ```

- **GitHub**: [action.yml](../action.yml) runs `check` or `update` out of its own commit, and is given no token.
  [check.yml](workflows/check.yml) checks pull requests and shows findings on the page of code scanning;
  [update.yml](workflows/update.yml) updates every week and opens a pull request, whose title says when conflicts are
  left.
- **Elsewhere**: `dockerscaffold check --offline --fail-on error` takes Python and nothing else.

Fingerprints in SARIF are made of rule, file and fact: a finding is known again when its line moves.

## Rules

Made from `scaffold/rules.py`; `pytest tests/checks_test.py --rewrite` makes it anew. Controls are numbers of the CIS
Docker Benchmark and of the OWASP Docker Top 10.

| rule | level | control | what | why |
|---|---|---|---|---|
{chr(10).join(rows)}
"""


ACCEPTED = """\
[[accepted]]
rule = "published-port"
path = "compose.yaml"
fact = "8080"
reason = "The load balancer of the office reaches it, behind its firewall."
date = 2026-11-22
until = 2027-05-31
"""


def test_the_reference_is_current(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--rewrite"):
        REFERENCE.write_text(reference())
    assert REFERENCE.read_text() == reference()
    assert re.findall(r"^\| ([a-z-]+) \|", reference(), re.MULTILINE) == ["rule", *RULES]
    assert "docs/checks.md" in (TOP / "README.md").read_text()


def test_what_the_reference_says_of_accepting_is_so(shop: Path) -> None:
    edit(shop / COMPOSE, "'127.0.0.1:3000:3000'", "'8080:3000'")
    assert inside.run("check", "--offline", cwd=shop).code == 1
    (shop / ".dockerscaffold.accepted.toml").write_text(ACCEPTED)
    assert inside.run("check", "--offline", cwd=shop) == (0, "No findings, 1 accepted.\n", "")
