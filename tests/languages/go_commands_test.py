from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_commands, go_listens
from tests.languages.programs import program

IMPORTS = 'import (\n"os"\n"net/http"\n)\n'
ROOT = 'var root = &cobra.Command{Use: "shop"%s}\nfunc main() { root.AddCommand(one); root.Execute() }\n'
ONE = 'var one = &cobra.Command{Use: "%s [flags]", RunE: run}\n'


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (ROOT % "" + ONE % "serve", "serve"),
        (ROOT % "" + ONE % "list", None),
        (ROOT % ", Run: run" + ONE % "serve", None),
        (ROOT % ", Run: func(c *cobra.Command, a []string) { c.Help() }" + ONE % "serve", "serve"),
        (ROOT % "" + ONE % "start" + ONE % "run", "run"),
        ('var c = &cli.Command{Name: "web", Action: run}', "web"),
        ('var a = &cli.App{Action: run}\nvar c = &cli.Command{Name: "web", Action: run}', None),
        ('func main() { app.Command("server", "serves") }', "server"),
        ('type CLI struct {\nServe ServeCmd `cmd:"" help:"serves"`\n}', "serve"),
        ('type CLI struct {\nServe ServeCmd `cmd:"" default:"1"`\n}', None),
        ('func main() { switch os.Args[1] { case "serve": run() } }', "serve"),
        ('func main() { switch os.Args[1] { case "serve": run()\ndefault: listen() } }', None),
        ('func main() { switch kind { case "serve": run() } }', None),
        ('func main() { exec.Command("start") }', "start"),
    ],
)
def test_serving(tmp_path: Path, source: str, command: str | None) -> None:
    values = program(tmp_path, IMPORTS + source)
    found = go_commands.serving(values.tree, go_listens.listens(values))
    assert (found and found.value) == command


def test_the_one_that_listens(tmp_path: Path) -> None:
    run = 'func() { http.ListenAndServe("", nil) }'
    api = f'package main\nimport "net/http"\nvar a = &cobra.Command{{Use: "api", Run: {run}}}\n'
    values = program(tmp_path, {"main.go": f"package main\n{ROOT % ''}{ONE % 'serve'}", "api.go": api})
    found = go_commands.serving(values.tree, go_listens.listens(values))
    assert str(found) == "api (api.go:3)"
