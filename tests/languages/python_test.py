from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold import catalogue
from scaffold.errors import ScaffoldError
from scaffold.facts import Found, Range
from scaffold.languages import python
from scaffold.model import Recipe
from scaffold.project import Project

Look = Callable[[str, dict[str, str], str], str]
Decide = Callable[..., Recipe]
Tree = Callable[[dict[str, str]], Project]

FASTAPI = {"requirements.txt": "fastapi\nuvicorn\n", "main.py": "app = FastAPI()\n"}
FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "app = Flask(__name__)\n"}
UV = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "uv.lock": '[[package]]\nname = "shop"\nsource = { virtual = "." }\n',
    "main.py": "print()\n",
}
TORCH = {**FLASK, "requirements.txt": "flask\ngunicorn\ntorch==2.9.0\n"}

LINES = catalogue.lines("python")
UNMET = f"which no supported line meets ({', '.join(LINES.supported)}). | Say --version {LINES.default}, or change"


def requires(text: str) -> dict[str, str]:
    return {**FLASK, "pyproject.toml": f'[project]\nname = "parcel"\nrequires-python = "{text}"\n'}


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        (">=3.12", "3.14"),
        (">= 3.8.1", "3.14"),
        (">=3", "3.14"),
        (">=3.12,<3.15", "3.14"),
        (">=3.11,<3.14", "3.13"),
        ("~=3.13", "3.14"),
        ("~=3.13.0", "3.13"),
        ("==3.13.*", "3.13"),
        ("==3.12.4", "3.12"),
        (">3.11", "3.14"),
        ("<3.12", "3.11"),
        ("!=3.14.*", "3.13"),
        (">=3.10,<3.11", "3.10"),
        (">=3.10,<3.12", "3.11"),
        ("", "3.14"),
    ],
)
def test_version_by_requires_python(found: Look, wanted: str, version: str) -> None:
    shown = found("python", requires(wanted), "version")
    assert shown == (f"{version} (pyproject.toml requires-python)" if wanted else "none")


@pytest.mark.parametrize("wanted", [">=3.15", "==3.9.*", "<3", "banana", "^3.12"])
def test_version_that_requires_python_rules_out(found: Look, wanted: str) -> None:
    shown = found("python", requires(wanted), "version")
    assert shown == f"This project asks for Python {wanted} (pyproject.toml requires-python), {UNMET} pyproject.toml."


@pytest.mark.parametrize(
    ("text", "version"),
    [("3.14.2\n3.13\n", "3.14"), ("# ours\r\n3.14.1\r\n", "3.14")],
)
def test_version_by_its_file(found: Look, text: str, version: str) -> None:
    files = {**requires(">=3.14"), ".python-version": text}
    assert found("python", files, "version") == f"{version} (.python-version)"


@pytest.mark.parametrize("text", ["pypy3.10", "3.15.1", "system"])
def test_version_that_its_file_rules_out(found: Look, text: str) -> None:
    shown = found("python", {**FLASK, ".python-version": text}, "version")
    assert shown == f"This project asks for Python {text} (.python-version), {UNMET} .python-version."


@pytest.mark.parametrize(
    ("file", "requires_python", "wanted"),
    [
        ("", "", None),
        ("3.13", "", None),
        ("3.13", ">=3.13.5", Range("pep440", ">=3.13.5", "pyproject.toml requires-python")),
        ("3.13.4", ">=3.12", Range("pep440", ">=3.13.4", ".python-version")),
    ],
)
def test_what_it_asks_for(tree: Tree, file: str, requires_python: str, wanted: Range | None) -> None:
    assert python.detect(tree({".python-version": file, **requires(requires_python)})).wanted == wanted


def test_distroless_python_is_that_of_the_newest_debian() -> None:
    # Where this fails, the row of 3.13 in TIERS is of another Python: the one that this Debian has.
    assert catalogue.releases("debian")[0] == "13"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (requires(">=3"), "parcel (pyproject.toml project.name)"),
        (FLASK, "shop (directory)"),
        ({**FLASK, "pyproject.toml": "project = 1"}, "shop (directory)"),
        ({**FLASK, "pyproject.toml": "[project]\nname = 1\nrequires-python = 3"}, "shop (directory)"),
    ],
    ids=str,
)
def test_name(tree: Tree, files: dict[str, str], name: str) -> None:
    facts = python.detect(tree(files))
    assert str(facts.name) == name
    assert facts.language == Found("python", "requirements.txt")


@pytest.mark.parametrize(
    ("files", "packages", "manifests"),
    [
        (FLASK, "pip (requirements.txt)", "requirements.txt"),
        (UV, "uv (uv.lock)", "pyproject.toml uv.lock"),
        ({**FLASK, **UV}, "uv (uv.lock)", "pyproject.toml uv.lock"),
        ({**FLASK, "uv.lock": ""}, "pip (requirements.txt)", "requirements.txt"),
    ],
    ids=["pip", "uv", "both", "uv without a manifest"],
)
def test_packages(tree: Tree, files: dict[str, str], packages: str, manifests: str) -> None:
    facts = python.detect(tree(files))
    assert str(facts.answers["packages"]) == packages
    assert " ".join(facts.manifests) == manifests


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({**FLASK, "pyproject.toml": "[project]\nname =\n"}, "! pyproject.toml:2 is not TOML: "),
        ({"requirements.txt": "-r none"}, "! none is not there"),
    ],
    ids=str,
)
def test_refused(found: Look, files: dict[str, str], error: str) -> None:
    assert found("python", files, "start").startswith(error)


PATH = ("PATH", "/opt/venv/bin:/usr/local/bin:/usr/bin:/bin")
OPENER = (
    "from http.client import *; c = HTTPConnection('127.0.0.1', 8000); "
    "c.request('GET', '/health'); raise SystemExit(c.getresponse().status > 299)"
)
CONNECT = "import socket; socket.create_connection(('127.0.0.1', 8000), 4).close()"
SERVE = ("--host", "0.0.0.0", "--port", "8000")


@pytest.mark.parametrize(
    ("tier", "version", "runtime", "carried", "account"),
    [
        ("distroless", "3.13", "gcr.io/distroless/python3-debian13", False, False),
        ("distroless", "3.14", "gcr.io/distroless/cc-debian13", True, False),
        ("slim", "3.14", "docker.io/library/python", False, True),
        ("alpine", "3.14", "docker.io/library/python", False, True),
        ("scratch", "3.13", "", True, False),
    ],
)
def test_decide(decided: Decide, tier: str, version: str, runtime: str, carried: bool, account: bool) -> None:
    recipe = decided("python", FASTAPI, tier, version=version, health="/health")
    assert recipe.title == f"Python {version} on {tier}"
    assert recipe.entrypoint == ("/opt/venv/bin/uvicorn", "main:app", *SERVE)
    assert recipe.health == ("/opt/venv/bin/python", "-c", OPENER)
    variables = [("HOME", "/tmp"), PATH, ("PORT", "8000"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUNBUFFERED", "1")]
    if carried:
        variables.append(("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
    assert list(recipe.environment) == variables
    assert (recipe.runtime.name if recipe.runtime else "") == runtime
    assert (recipe.carried, bool(recipe.account)) == (carried, account)
    assert recipe.values["interpreter"] == f"/usr/local/bin/python{version}"
    assert recipe.values["library"] == f"/usr/local/lib/python{version}"
    assert recipe.tool is None and recipe.develop is None
    assert decided("python", FASTAPI, tier).health[2] == CONNECT


@pytest.mark.parametrize(
    ("start", "entrypoint"),
    [
        ("uvicorn main:app", ("uvicorn", "main:app", *SERVE)),
        ("uvicorn main:app --port 9000", ("uvicorn", "main:app", "--port", "9000", "--host", "0.0.0.0")),
        ("uvicorn main:app --host=::", ("uvicorn", "main:app", "--host=::", "--port", "8000")),
        ("python -m uvicorn main:app", ("python", "-m", "uvicorn", "main:app", *SERVE)),
        ("python3 main.py --port", ("python", "main.py", "--port")),
        ("gunicorn a:b", ("gunicorn", "a:b", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm")),
        ("gunicorn -b :80 a:b", ("gunicorn", "-b", ":80", "a:b", "--worker-tmp-dir", "/dev/shm")),
        ("gunicorn -b:80 a:b", ("gunicorn", "-b:80", "a:b", "--worker-tmp-dir", "/dev/shm")),
        ("gunicorn --bind=:80 a:b", ("gunicorn", "--bind=:80", "a:b", "--worker-tmp-dir", "/dev/shm")),
        (
            "gunicorn 'a:create_app()'",
            ("gunicorn", "a:create_app()", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"),
        ),
        ("hypercorn a:b", ("hypercorn", "a:b", "--bind", "0.0.0.0:8000")),
    ],
)
def test_server(decided: Decide, start: str, entrypoint: tuple[str, ...]) -> None:
    program, *rest = entrypoint
    assert decided("python", FLASK, "distroless", start=start).entrypoint == (f"/opt/venv/bin/{program}", *rest)


def test_program_by_its_path(decided: Decide) -> None:
    assert decided("python", FLASK, "slim", start="./serve --all").entrypoint == ("./serve", "--all")


PIP = "python -m pip --python /opt/venv/bin/python install --no-cache-dir{} --requirement requirements.txt"


@pytest.mark.parametrize(
    ("tier", "version", "commands"),
    [
        (
            "distroless",
            "3.13",
            (
                "ln -s /usr/local/bin/python3.13 /usr/bin/python3.13",
                "/usr/bin/python3.13 -m venv --without-pip /opt/venv",
            ),
        ),
        ("distroless", "3.14", ("/usr/local/bin/python3.14 -m venv --without-pip /opt/venv",)),
        ("slim", "3.12.1", ("/usr/local/bin/python3.12 -m venv --without-pip /opt/venv",)),
    ],
)
def test_pip(decided: Decide, tier: str, version: str, commands: tuple[str, ...]) -> None:
    recipe = decided("python", FLASK, tier, version=version)
    assert recipe.install and recipe.install.commands == (*commands, PIP.format(""))
    assert recipe.install.mounts == ()
    assert recipe.values["uv_python"] == ""
    assert recipe.build.commands == (
        "(python -m compileall -q /app || echo 'What does not compile is left as it is.')",
        "chmod -R u=rwX,go=rX .",
    )


def test_build_command(decided: Decide) -> None:
    recipe = decided("python", FLASK, "distroless", version="3.13", build="python manage.py collectstatic")
    assert recipe.build.commands[:3] == (
        "ln -s /usr/local/bin/python3.13 /usr/bin/python3.13",
        "export PATH=/opt/venv/bin:$PATH",
        "(python manage.py collectstatic)",
    )
    assert recipe.build.mounts == ("type=bind,from=dependencies,source=/opt/venv,target=/opt/venv",)
    assert (recipe.values["packages"], recipe.values["packages_before"]) == ("dependencies", "")


def test_a_project_that_is_installed(decided: Decide) -> None:
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    files = {**UV, "pyproject.toml": UV["pyproject.toml"] + system, "src/shop/__init__.py": "", "src/shop/a.py": ""}
    recipe = decided("python", files, "slim", version="3.14", build="make")
    assert recipe.develop and recipe.develop.commands[-1].endswith("--no-deps --editable .")
    assert (recipe.values["packages"], recipe.values["packages_before"]) == ("build", "dependencies")
    assert recipe.build.mounts == () and recipe.build.commands[0] == "export PATH=/opt/venv/bin:$PATH"


def test_pip_with_hashes(decided: Decide) -> None:
    recipe = decided("python", {**FLASK, "requirements.txt": "flask==1 --hash=sha256:00\ngunicorn"}, "slim")
    assert recipe.install and recipe.install.commands[-1] == PIP.format(" --require-hashes")


def test_pip_with_files_in_folders(decided: Decide) -> None:
    files = {**FLASK, "requirements.txt": "-r base.txt\n-r sub/x.txt", "base.txt": "flask", "sub/x.txt": "gunicorn"}
    recipe = decided("python", files, "slim")
    assert recipe.manifests == ("requirements.txt", "base.txt")
    assert recipe.install and recipe.install.mounts == ("type=bind,source=sub/x.txt,target=sub/x.txt",)


@pytest.mark.parametrize(
    ("version", "program", "links"),
    [
        ("3.13", "/usr/bin/python3.13", ("ln -s /usr/local/bin/python3.13 /usr/bin/python3.13",)),
        ("3.14", "/usr/local/bin/python3.14", ()),
    ],
)
def test_uv(decided: Decide, version: str, program: str, links: tuple[str, ...]) -> None:
    recipe = decided("python", UV, "distroless", version=version)
    assert recipe.tool and recipe.tool.name == "ghcr.io/astral-sh/uv"
    assert recipe.install and recipe.install.commands == (*links, "uv sync --locked --no-dev --no-install-project")
    assert recipe.install.mounts == (
        "type=bind,from=uv,source=/uv,target=/usr/local/bin/uv",
        "type=cache,target=/root/.cache/uv",
    )
    assert recipe.values["uv_python"] == program
    assert recipe.manifests == ("pyproject.toml", "uv.lock")


def test_no_musl(decided: Decide) -> None:
    with pytest.raises(ScaffoldError) as caught:
        decided("python", TORCH, "alpine")
    assert caught.value.fact == "alpine has musl, and torch 2.9.0 (requirements.txt:3) has no wheel for it."
    assert caught.value.remedy == "Say --tier slim or --tier distroless."


@pytest.mark.parametrize("tier", ["distroless", "slim", "scratch"])
def test_glibc(decided: Decide, tier: str) -> None:
    assert decided("python", TORCH, tier).entrypoint[0] == "/opt/venv/bin/gunicorn"


@pytest.mark.parametrize("tier", ["slim", "alpine"])
def test_shell_where_there_is_one(decided: Decide, tier: str) -> None:
    start = "python migrate.py; gunicorn app:app"
    assert decided("python", FLASK, tier, start=start).entrypoint == ("/bin/sh", "-c", start)


@pytest.mark.parametrize("tier", ["distroless", "scratch"])
def test_no_shell(decided: Decide, tier: str) -> None:
    with pytest.raises(ScaffoldError, match=f"^{tier} has no shell, and the start command needs one for ';'"):
        decided("python", FLASK, tier, start="python migrate.py; gunicorn app:app")
    chained = decided("python", FLASK, tier, start="python migrate.py && gunicorn app:app").entrypoint
    assert chained[1] == "-c"
    assert "'migrate.py'], check=True); os.execv('/opt/venv/bin/gunicorn'" in chained[2]
