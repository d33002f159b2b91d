from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_listens
from tests.languages.programs import program

NET = 'import (\n"net"\n"net/http"\n)\n'


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (NET + 'func main() { http.ListenAndServe(":1", nil) }', "main.go:6"),
        (NET + "func main() { s.ListenAndServe() }", "main.go:6"),
        (NET + 'func main() { l, _ := net.Listen("tcp", ":1") }', "main.go:6"),
        (NET + 'func main() {\n// http.ListenAndServe(":1", nil)\n}', ""),
        ('import "github.com/gin-gonic/gin"\nfunc main() { gin.Default().Run() }', "main.go:3"),
        ('import "testing"\nfunc main() { t.Run() }', ""),
        ('import "github.com/labstack/echo/v4"\nfunc main() { e.Start(":1") }', "main.go:3"),
        ("func main() { e.Start() }", ""),
    ],
)
def test_where_it_seems_to_listen(tmp_path: Path, source: str, found: str) -> None:
    assert go_listens.listening(program(tmp_path, source).tree.packages) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (NET + 'func main() { http.ListenAndServe(":1", nil) }', [(":1", True, False)]),
        (NET + 'func main() { http.ListenAndServeTLS(":1", "c", "k", nil) }', [(":1", True, True)]),
        (NET + 'func main() { s := http.Server{Addr: ":1"}; s.ListenAndServe() }', [(":1", True, False)]),
        (NET + 'func main() { s.Addr = ":1"; s.ListenAndServe() }', [(":1", True, False)]),
        (NET + 'func main() { net.Listen("tcp", ":1") }', [(":1", False, False)]),
        (NET + 'func main() { net.Listen("unix", "/run/x") }', []),
        (NET + 'func main() { lc.Listen(ctx, "tcp4", ":1") }', [(":1", False, False)]),
        (NET + 'func main() { natsListen("tcp", ":1") }', [(":1", False, False)]),
        ('import "github.com/gin-gonic/gin"\nfunc main() { r := gin.New(); r.Run() }', [(":8080", True, False)]),
        ('import "github.com/gin-gonic/gin"\nfunc main() { r := gin.New(); r.Run(":1") }', [(":1", True, False)]),
        ('import "github.com/gofiber/fiber/v2"\nfunc main() { app.Listen(":1") }', [(":1", True, False)]),
        ('import "github.com/labstack/echo/v4"\nfunc main() { e.Start(":1") }', [(":1", True, False)]),
        ('import "github.com/labstack/echo/v4"\nfunc main() { worker.Start("jobs") }', []),
        ('import "github.com/kataras/iris/v12"\nfunc main() { a.Run(iris.Addr(":1")) }', [(":1", True, False)]),
        (
            'import w "github.com/prometheus/exporter-toolkit/web"\n'
            'import f "github.com/prometheus/exporter-toolkit/web/kingpinflag"\n'
            'func main() { x := f.AddFlags(k, ":9100"); w.ListenAndServe(s, x, nil) }',
            [(":9100", True, False)],
        ),
    ],
)
def test_listens(tmp_path: Path, source: str, found: list[tuple[str, bool, bool]]) -> None:
    listens = go_listens.listens(program(tmp_path, source))
    assert [(one.values[0].text, one.http, one.tls) for one in listens] == found


@pytest.mark.parametrize(
    ("source", "aside", "passing"),
    [
        ('func main() { http.ListenAndServe(":8080", nil) }', False, False),
        ('func metrics() { http.ListenAndServe(":9090", nil) }', True, False),
        ('func main() { http.ListenAndServe(adminAddr, nil) }\nconst adminAddr = ":1"', True, False),
        ('func main() { http.ListenAndServe("localhost:6060", nil) }', True, False),
        ('func main() { http.ListenAndServe("localhost:0", nil) }', True, True),
    ],
)
def test_what_is_beside_the_server(tmp_path: Path, source: str, aside: bool, passing: bool) -> None:
    (one,) = go_listens.listens(program(tmp_path, NET + source))
    assert (one.aside, one.passing) == (aside, passing)
