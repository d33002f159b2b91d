from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.languages.node_frameworks import Look
from scaffold.languages.node_scripts import Step
from scaffold.languages.node_start import Reader
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

BUILT = json.dumps({"compilerOptions": {"outDir": "out", "rootDir": "src"}})
MAPPED = json.dumps({"compilerOptions": {"outDir": "out", "paths": {"@/*": ["./src/*"]}}})


LENIENT = " --skipLibCheck --noEmitOnError false || test -f "


@pytest.mark.parametrize(
    ("command", "packages", "config", "built", "start", "build"),
    [
        ("ts-node src/a.ts", "typescript", BUILT, "tsc", "node out/a.js", ""),
        ("ts-node src/a", "typescript", BUILT, "tsc", "node out/a.js", ""),
        ("ts-node src/a.ts", "typescript", BUILT, "", "node out/a.js", f"npx tsc{LENIENT}out/a.js"),
        (
            "ts-node src/a.ts",
            "typescript=5",
            "{}",
            "",
            "node dist/a.js",
            f"npx tsc --outDir dist --noEmit false{LENIENT}dist/a.js",
        ),
        ("node -r ts-node/register src/a.ts", "typescript", BUILT, "tsc", "node out/a.js", ""),
        ("node --import tsx -r x src/a.ts", "typescript", BUILT, "tsc", "node -r x out/a.js", ""),
        ("nodemon --exec ts-node src/a.ts", "typescript", BUILT, "tsc", "node out/a.js", ""),
        ("nodemon src/a.ts", "typescript", BUILT, "tsc", "node out/a.js", ""),
        ("tsx src/a.ts", "typescript tsx", BUILT, "", "node --import tsx src/a.ts", ""),
        ("tsx src/a.ts", "tsx", "{}", "tsup src/a.ts", "node dist/a.js", ""),
        (
            "ts-node src/a.ts",
            "typescript ts-node tsconfig-paths",
            MAPPED,
            "",
            "node -r ts-node/register/transpile-only -r tsconfig-paths/register src/a.ts",
            "",
        ),
        ("node src/a.ts", "", "{}", "", "node src/a.ts", ""),
    ],
)
def test_sources_are_compiled(
    tree: Tree, command: str, packages: str, config: str, built: str, start: str, build: str
) -> None:
    project = tree({"src/a.ts": "", "tsconfig.json": config})
    pairs = {name: version or "5" for name, _, version in (one.partition("=") for one in packages.split())}
    reader = Reader(Look(project, ".", {"devDependencies": pairs}), (Step(tuple(built.split())),) if built else ())
    program = reader.program(Step(tuple(command.split())))
    assert program and (program.start, program.build) == (start, build)


@pytest.mark.parametrize(
    ("command", "start"),
    [
        ("next start -p 80", "node .next/standalone/server.js"),
        ("next dev", "node .next/standalone/server.js"),
        ("next build", None),
        ("vite build --watch", None),
        ("serve out", "static-web-server web/out"),
        ("eslint .", None),
    ],
)
def test_frameworks_and_sites(tree: Tree, command: str, start: str | None) -> None:
    look = Look(tree({}), ".", {"dependencies": {"next": "15"}})
    program = Reader(look, ()).program(Step(tuple(command.split()), (("A", "b"),), "web"))
    assert (program and program.start) == start
    assert program is None or ("A", "b") in program.env


@pytest.mark.parametrize(("kind", "module"), [("", "commonjs"), ("module", "nodenext")])
def test_without_a_configuration_the_compiler_is_given_the_file(tree: Tree, kind: str, module: str) -> None:
    reader = Reader(Look(tree({"src/a.ts": ""}), ".", {"devDependencies": {"typescript": "5"}, "type": kind}), ())
    program = reader.program(Step(("ts-node", "src/a.ts")))
    assert program and program.start == "node dist/src/a.js"
    flags = f"--outDir dist --rootDir . --module {module} --target es2022 --esModuleInterop"
    assert program.build == f"npx tsc src/a.ts {flags}{LENIENT}dist/src/a.js"
