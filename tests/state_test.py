from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.layers import Layer
from scaffold.model import Answers, Port
from scaffold.project import Project
from scaffold.questions import Given
from scaffold.state import ANSWERS, answers_file, load
from scaffold.tables import Table
from tests.generated import service

WEB = service("node", "slim", ports=(Port(3000), Port(53, "udp")), start="node 'a b' --x=\"é\"")
SHOP = Answers("shop", (WEB,), (("docker.io", "a.example/docker.io"),), ("linux/amd64",))


def table(every: Given, /, **services: Given) -> Table:
    """As it is read from a file; `directory` is beside the answers of a service."""
    answers = {name: {k: v for k, v in said.items() if k != "directory"} for name, said in services.items()}
    directories = {name: str(said.get("directory", "")) for name, said in services.items()}
    return Table(Layer(ANSWERS, every, answers), directories)


NONE = table({})


def saved(root: Path, text: str) -> Table:
    (root / ANSWERS).write_text(text, encoding="utf-8", newline="")
    return load(Project(root))


def test_there_and_back(tmp_path: Path) -> None:
    assert saved(tmp_path, answers_file(SHOP, None).text) == table(
        {
            "name": "shop",
            "platform": ("linux/amd64",),
            "registry-mirror": ("docker.io=a.example/docker.io",),
        },
        web={
            "directory": ".",
            "language": "node",
            "version": "24",
            "tier": "slim",
            "packages": "npm",
            "build": "",
            "start": WEB.start,
            "port": ("3000", "53/udp"),
            "health-path": "tcp",
        },
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", NONE),
        ("# nothing yet\n", NONE),
        ("[service]\n", NONE),
        ("platform = []\nregistry-mirror = []\n", table({"platform": (), "registry-mirror": ()})),
        ("allow-eol = true\n", table({"allow-eol": "true"})),
        ('mirror-fallback = "no"\n', table({"mirror-fallback": "false"})),
        ('name = "a"\n', table({"name": "a"})),
        ('name = "My Shop!"\n', table({"name": "my-shop"})),
        ('name = ""\n', NONE),
        ('name = "--"\n', table({"name": "app"})),
        ('tier = "slim"\n', table({"tier": "slim"})),
        ('service.api.tier = "slim"\n', table({}, api={"tier": "slim"})),
        ("[service.web]\nport = []\n", table({}, web={})),
        ("[service.web]\nport = 80\nversion = 24\n", table({}, web={"port": ("80",), "version": "24"})),
        ('[service.web]\nport = ["80", 53]\n', table({}, web={"port": ("80", "53")})),
        ('[service.web]\nport = "80"\n', table({}, web={"port": ("80",)})),
        ('[service.api]\ndirectory = "a/b"\n', table({}, api={"directory": "a/b"})),
    ],
)
def test_load(text: str, expected: Table, tmp_path: Path) -> None:
    assert saved(tmp_path, text) == expected


def test_no_answers_yet(tmp_path: Path) -> None:
    assert load(Project(tmp_path)) == NONE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tier = 'slimm'\n", "tier at the top of .dockerscaffold.toml: 'slimm' is no tier. Did you mean slim?"),
        ("teir = 'slim'\n", "'teir' is no key at the top of .dockerscaffold.toml"),
        ("nmae = 'a'\n", "Did you mean name?"),
        ("platfrom = []\n", "Did you mean platform?"),
        ("[services.web]\n", "Did you mean service?"),
        ("[service.web]\nprot = '80'\n", "Did you mean port? Known: language,"),
        ("[service.web]\nname = 'x'\n", "no key at [service.web]"),
        ("[service.web]\ndirectori = 'x'\n", "Did you mean directory?"),
        ("[service.web]\ntier = 'scrach'\n", "tier at [service.web] of .dockerscaffold.toml: 'scrach' is no tier"),
        ("[service.web]\nport = ['80', 'abc']\n", "port at [service.web] of .dockerscaffold.toml: 'abc' is no port"),
        ("[service.web]\nport = 0\n", "'0' is no port"),
        ("[service.web]\nversion = 3.14\n", 'Write it as version = "..."'),
        ("[service.web]\nversion = ['24']\n", "version at [service.web] of .dockerscaffold.toml is no text"),
        ("[service.web]\nport = [[80]]\n", 'Write it as port = ["..."]'),
        ("[service.web]\nport = true\n", "is no text"),
        ("[service.web]\nstart = ''\n", "empty"),
        ("service = 1\n", "Write them as [service.web]"),
        ("service = ['web']\n", "Write them as [service.web]"),
        ("[[service]]\n", "Write them as [service.web]"),
        ("[service]\ntier = 'slim'\n", "Write them as [service.web]"),
        ("name = 1.5\n", 'Write it as name = "..."'),
        ("name = ['a']\n", "name at the top of .dockerscaffold.toml is no text"),
        ("[service.'My App']\n", "Call it my-app"),
        ("[service.'']\n", "Call it app"),
        ("[service.web]\ndirectory = ''\n", "no folder in the project"),
        ("[service.web]\ndirectory = 1\n", "no folder in the project"),
        ("[service.web]\ndirectory = '..'\n", "no folder in the project"),
        ("[service.web]\ndirectory = 'a/../..'\n", "no folder in the project"),
        ("[service.web]\ndirectory = '/etc'\n", "no folder in the project"),
        ("[service.web]\ndirectory = 'a b'\n", "no folder in the project"),
        ("[service.web]\ndirectory = '$x'\n", "no folder in the project"),
        ('[service.web]\ndirectory = "a\\n"\n', "no folder in the project"),
        ("[service.web]\ndirectory = 'a/'\n", "no folder in the project"),
        ("name = 'a'\nname = 'b'\n", ".dockerscaffold.toml:2 is not TOML"),
        ("[service.web\n", ".dockerscaffold.toml:1 is not TOML"),
    ],
)
def test_bad_answers(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError) as caught:
        saved(tmp_path, text)
    assert words in f"{caught.value.fact} {caught.value.remedy}" and caught.value.code == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# mine\n",
        "name = 'shop'",
        "[service.web] # the app\ntier = 'alpine' # small\n\n# the end\n",
        "[service.web]\n# before\nport = [\n  3000, # http\n  '53/udp',\n]\n",
        "service = { web = { tier = 'slim' } }\n",
        "service.web.tier = 'slim'\n\n# the end\n",
        "# windows\r\nname = 'x'\r\n\r\n[service.web]\r\ntier = 'slim'\r\n",
        "[service.api]\ntier = 'slim'\n",
        "name = 'My Shop' # ours\n",
    ],
)
def test_a_file_by_hand_is_completed(text: str, tmp_path: Path) -> None:
    (tmp_path / ANSWERS).write_text(text, newline="")
    name = next(iter(load(Project(tmp_path)).directories), "web")
    answers = replace(SHOP, services=(replace(WEB, name=name),))
    completed = answers_file(answers, text).text
    assert saved(tmp_path, completed) == saved(tmp_path, answers_file(answers, None).text)
    for comment in [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]:
        assert f"# {comment}" in completed
    assert answers_file(answers, completed).text == completed


def test_what_says_all_is_left_alone() -> None:
    text = answers_file(SHOP, None).text.replace("\n\n", "\n\n# note\n").replace('tier = "slim"', "tier   =   'slim'")
    assert answers_file(SHOP, text).text == text


@pytest.mark.parametrize("old", ['tier = "slim"', 'tier = "scratch"', ""], ids=["says all", "changed", "completed"])
def test_line_endings_and_a_byte_order_mark_stay(old: str) -> None:
    text = answers_file(SHOP, None).text.replace("\n", "\r\n")
    marked = "\ufeff" + text.replace('tier = "slim"', old)
    made = answers_file(SHOP, marked).text
    assert made.startswith("\ufeff#") and "\n" not in made.replace("\r\n", "")
    assert sorted(made.split()) == sorted(f"\ufeff{text}".split())


def test_one_answer_changes_one_line() -> None:
    old = answers_file(SHOP, None).text
    new = answers_file(replace(SHOP, services=(replace(WEB, tier="scratch"),)), old).text
    assert new == old.replace('tier = "slim"', 'tier = "scratch"')


def test_what_stands_for_all_services_is_not_written_for_each(tmp_path: Path) -> None:
    text = "# all\ntier = 'slim'\nport = 3000\n\n[service.web]\nport = ['3000', '53/udp']\n"
    completed = answers_file(SHOP, text).text
    web = tomllib.loads(completed)["service"]["web"]
    assert "tier" not in web and web["port"] == ["3000", "53/udp"] and completed.startswith("# all\ntier = 'slim'\n")
    assert answers_file(SHOP, completed).text == completed
    other = answers_file(replace(SHOP, services=(replace(WEB, tier="scratch"),)), completed).text
    content = tomllib.loads(other)
    assert (content["tier"], content["service"]["web"]["tier"]) == ("slim", "scratch")
    assert saved(tmp_path, other).layer.said("tier", "web") == "scratch"


def test_another_service_stays() -> None:
    two = replace(SHOP, services=(WEB, replace(WEB, name="api", directory="api")))
    assert tomllib.loads(answers_file(two, answers_file(SHOP, None).text).text)["service"].keys() == {"web", "api"}
