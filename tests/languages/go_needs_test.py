from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_needs
from tests.languages.programs import program

IMPORTS = 'import (\n"os"\n"log"\n"github.com/lib/pq"\n"github.com/redis/go-redis/v9"\n)\n'


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ('func main() { k := os.Getenv("KEY"); if k == "" { log.Fatal("no") } }', "KEY (main.go:8)"),
        ('func main() { k := os.Getenv("KEY")\nx()\nif len(k) == 0 { panic("no") } }', "KEY (main.go:8)"),
        ('func main() { if os.Getenv("KEY") == "" { os.Exit(1) } }', "KEY (main.go:8)"),
        ('func f() error { if k, ok := os.LookupEnv("KEY"); !ok { return errors.New("no") } }', "KEY (main.go:8)"),
        ('func main() { k, found := os.LookupEnv("KEY"); if !found { log.Fatalln("no") } }', "KEY (main.go:8)"),
        ('func main() { k := os.Getenv("KEY"); if k == "" { k = "a" } }', ""),
        ('func main() { k := os.Getenv("KEY"); if j == "" { log.Fatal("no") } }', ""),
        ('func main() { mustGetEnv("KEY"); mustParse("NO") }', "KEY (main.go:8)"),
        ('type c struct {\nKey string `env:"KEY,required"`\nB string `env:"B" envDefault:"x"`\n}', "KEY (main.go:9)"),
        ('type c struct {\nKey string `envconfig:"KEY" required:"true"`\n}', "KEY (main.go:9)"),
        ('type c struct {\nKey string `env:"KEY,notEmpty" envDefault:"x"`\n}', ""),
    ],
)
def test_needs(tmp_path: Path, source: str, needs: str) -> None:
    assert " ".join(map(str, go_needs.needs(program(tmp_path, IMPORTS + source)))) == needs


def test_servers_it_talks_to(tmp_path: Path) -> None:
    said = list(go_needs.notes(program(tmp_path, IMPORTS).tree))
    assert [text.partition(":")[0] for text in said] == [
        "The program talks to PostgreSQL (github.com/lib/pq, main.go",
        "The program talks to Redis (github.com/redis/go-redis, main.go",
    ]


@pytest.mark.parametrize(
    ("source", "flag"),
    [
        ('func main() { c.MarkFlagRequired("key") }', "--key (main.go:2)"),
        ('func main() { k := kingpin.Flag("key", "x").Required().String() }', "--key (main.go:2)"),
        ('func main() { k := kingpin.Flag("key", "x").String() }', ""),
    ],
)
def test_flags_it_ends_without(tmp_path: Path, source: str, flag: str) -> None:
    assert flag in " ".join(go_needs.flags(program(tmp_path, source)))
    assert bool(flag) == bool(list(go_needs.flags(program(tmp_path, source))))
