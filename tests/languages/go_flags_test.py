from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.programs import given, program

IMPORTS = (
    'import (\n"flag"\n"os"\n"github.com/spf13/viper"\n"github.com/alecthomas/kingpin/v2"\n'
    '"github.com/urfave/cli/v2"\n"github.com/kelseyhightower/envconfig"\n)\n'
)


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ('func main() { a := flag.String("addr", ":1", "where"); listen(*a) }', ["<flag addr=:1>"]),
        ('var a string\nfunc main() { flag.StringVar(&a, "addr", ":1", "where"); listen(a) }', ["<flag addr=:1>"]),
        (
            'func main() { c.Flags().StringVarP(&o.addr, "addr", "a", ":1", "where"); listen(o.addr) }',
            ["<flag addr=:1>"],
        ),
        ('func main() { p := fs.IntP("port", "p", 80, "where"); listen(*p) }', ["<flag port=80>"]),
        (
            'func main() { a := flag.String("addr", os.Getenv("ADDR"), "where"); listen(*a) }',
            ["<env ADDR=>", "<flag addr=>"],
        ),
        (
            'func main() { a := kingpin.Flag("web.listen", "where").Default(":1").String(); listen(*a) }',
            ["<flag web.listen=:1>"],
        ),
        (
            'var f = &cli.StringFlag{Name: "addr", Value: ":1"}\nfunc run(c *cli.Context) { listen(c.String("addr")) }',
            ["<flag addr=:1>"],
        ),
        (
            'const n = "addr"\nvar f = &cli.StringFlag{Name: n, Value: ":1"}\n'
            "func run(c *cli.Context) { listen(c.String(n)) }",
            ["<flag addr=:1>"],
        ),
        ('func main() { listen(getEnvOr("PORT", "1")) }', ["<env PORT=1>"]),
        ('func main() { listen(getText("PORT", "1")) }', []),
        ('func main() { viper.SetDefault("port", 1); listen(viper.GetString("port")) }', ["<config port=1>"]),
        (
            'func main() { viper.SetEnvPrefix("shop"); viper.AutomaticEnv(); viper.SetDefault("port", 1)\n'
            'listen(viper.GetString("port")) }',
            ["<env SHOP_PORT=1>"],
        ),
        ('func main() { viper.BindEnv("http.port", "PORT"); listen(viper.GetString("http.port")) }', ["<env PORT=>"]),
        (
            'type c struct {\nPort int `env:"PORT" envDefault:"1"`\n}\nfunc main() { var x c; listen(x.Port) }',
            ["<env PORT=1>"],
        ),
        (
            'type c struct {\nPort int `envconfig:"PORT" default:"1"`\n}\n'
            'func main() { var x c; envconfig.Process("shop", &x); listen(x.Port) }',
            ["<env SHOP_PORT=1>"],
        ),
        (
            'type c struct {\nPort int `long:"port" default:"1"`\n}\nfunc main() { var x c; listen(x.Port) }',
            ["<flag port=1>"],
        ),
        (
            'type c struct {\nWebPort int `help:"where" default:"1"`\n}\nfunc main() { var x c; listen(x.WebPort) }',
            ["<flag web-port=1>"],
        ),
        (
            'type Db struct {\nPort int `env:"DB_PORT" envDefault:"5"`\n}\n'
            'type Web struct {\nPort int `env:"WEB_PORT" envDefault:"1"`\n}\nfunc main() { listen(x.Port) }',
            ["<env WEB_PORT=1>"],
        ),
    ],
)
def test_settings(tmp_path: Path, source: str, values: list[str]) -> None:
    assert given(program(tmp_path, IMPORTS + source)) == values
