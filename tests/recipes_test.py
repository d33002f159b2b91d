"""What is alike in the recipes of all languages: the environment, folders that are written to, what has no port."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scaffold.model import Recipe, Volume
from tests.generated import PROJECTS, generate, service, write

LANGUAGES = ("node", "python", "go")


def made(tmp_path: Path, language: str, **changes: Any) -> Recipe:
    asked = service(language, "slim", **changes)
    return generate(write(tmp_path, PROJECTS[language]), (asked,))[2][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_the_environment_counts(language: str, tmp_path: Path) -> None:
    recipe = made(tmp_path, language, env=(("PORT", "1"), ("A", "b c"), ("HOME", "/data")))
    assert {("A", "b c"), ("HOME", "/data"), ("PORT", "1")} <= set(recipe.environment)
    assert list(recipe.environment) == sorted(dict(recipe.environment).items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_of_data_gets_its_owner_apart(language: str, tmp_path: Path) -> None:
    recipe = made(tmp_path, language, writable=("/app/data/files", "/data"), tmpfs=("/app/cache",))
    assert recipe.volumes == (
        Volume("web-app-data-files", "/app/data/files"),
        Volume("web-data", "/data"),
    )
    source = "/app/data/files" if language == "python" else "/out/data/files"
    assert recipe.build.commands[-5:] == (
        f"mkdir -p {source} /writable/app/data",
        f"mv {source} /writable/app/data/files",
        "mkdir -p /writable/data",
        "mkdir -p /writable/app/cache",
        "chmod 1777 /writable/app/cache",
    )
    assert recipe.scratch == ("/app/cache",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_listens_on_no_port_is_not_asked(language: str, tmp_path: Path) -> None:
    recipe = made(tmp_path, language, ports=(), health="none")
    assert recipe.ports == () and recipe.health == () and "PORT" not in dict(recipe.environment)
    assert (recipe.workdir, recipe.restart, recipe.volumes, recipe.writable) == ("/app", "on-failure:5", (), "")


PSYCOPG = PROJECTS["python"] | {"requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\npsycopg2==2.9.11\n"}
LIBPQ = 'apt-get install -y --no-install-recommends \\\n      "libpq5=17.*"'


@pytest.mark.parametrize(
    ("tier", "version", "collected", "carried"),
    [("distroless", "3.13", True, False), ("distroless", "3.14", False, True), ("scratch", "3.14", False, True)],
)
def test_a_shell_less_image_gets_the_libraries_of_packages(
    tier: str, version: str, collected: bool, carried: bool, tmp_path: Path
) -> None:
    files, _, (recipe,) = generate(write(tmp_path, PSYCOPG), (service("python", tier, version=version),))
    assert recipe.run_packages and LIBPQ in recipe.run_packages.commands
    assert (recipe.collected, recipe.carried, recipe.account) == (collected, carried, None)
    stages = re.split(r"^FROM ", files["Dockerfile"], flags=re.MULTILINE)
    rootfs = next(stage for stage in stages if " AS rootfs\n" in stage)
    assert LIBPQ in rootfs and "COPY --from=dependencies /opt/venv /opt/venv" in rootfs
    assert ('[ -e "/base$library" ] || ' in rootfs) == (tier == "distroless")
    assert "libpq" not in stages[-1] and "COPY --from=rootfs /rootfs /" in stages[-1]


def test_a_full_image_installs_them_before_setuid_files_go(tmp_path: Path) -> None:
    files, _, (recipe,) = generate(write(tmp_path, PSYCOPG), (service("python", "slim"),))
    assert recipe.account and LIBPQ in recipe.account.commands
    assert recipe.account.commands.index(LIBPQ) < len(recipe.account.commands) - 1
    assert recipe.account.commands[-1].endswith("-exec rm -f {} +")
    assert recipe.run_packages is None and " AS rootfs" not in files["Dockerfile"]


def test_alpine_has_its_own_packages(tmp_path: Path) -> None:
    files, _, _ = generate(write(tmp_path, PSYCOPG), (service("python", "alpine"),))
    assert files["Dockerfile"].count("apk add --no-cache") == 2 and "apt-get" not in files["Dockerfile"]


def test_what_is_opened_by_name_is_carried_with_what_it_is_linked_to(tmp_path: Path) -> None:
    project = PROJECTS["python"] | {"requirements.txt": "gunicorn==23.0.0\npython-magic==0.4.27\n"}
    files, _, (recipe,) = generate(write(tmp_path, project), (service("python", "scratch"),))
    assert recipe.linked == ("/opt/venv", "/rootfs/usr/lib") and "/usr/lib/file/magic.mgc" in recipe.loaded
    assert f"cp -L --parents {' '.join(recipe.loaded)} /rootfs" in files["Dockerfile"]


def test_what_compiles_is_there_before_the_install(tmp_path: Path) -> None:
    lock = {"packages": {"node_modules/bcrypt": {"version": "5.1.1", "hasInstallScript": True}}}
    project = PROJECTS["node"] | {"package-lock.json": json.dumps(lock)}
    files, _, (recipe,) = generate(write(tmp_path, project), (service("node", "distroless"),))
    text = files["Dockerfile"]
    assert text.index("npm_config_nodedir") < text.index("apt-get install") < text.index("npm ci")
    assert "npm_config_nodedir" not in dict(recipe.environment)


ZMQ = 'package main\n\nimport _ "github.com/pebbe/zmq4"\n\nfunc main() {}\n'


def test_a_module_of_go_that_is_linked_to_a_library_brings_it(tmp_path: Path) -> None:
    project = {"go.mod": "module a.b/c\n\nrequire github.com/pebbe/zmq4 v1.2.0\n", "main.go": ZMQ}
    files, _, (recipe,) = generate(write(tmp_path, project), (service("go", "distroless"),))
    assert recipe.values["cgo"] == "1" and recipe.collected and recipe.linked == ("/out",)
    assert files["Dockerfile"].index("libzmq3-dev") < files["Dockerfile"].index("COPY . .")
    assert "COPY --from=build /out /out" in files["Dockerfile"]
