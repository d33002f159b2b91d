"""All that the sources of one Go program say: what is run, where it listens, what it reads, writes and wants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scaffold import command
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import (
    go_commands,
    go_files,
    go_flags,
    go_health,
    go_listens,
    go_mains,
    go_needs,
    go_ports,
    go_tree,
)
from scaffold.languages.go_files import Files
from scaffold.languages.go_listens import Listen
from scaffold.languages.go_mains import Main
from scaffold.languages.go_sources import Sources
from scaffold.languages.go_values import Values
from scaffold.project import Project
from scaffold.values import path as image_path


@dataclass
class Program:
    """`answers` and `unknown` have the keys of questions; `files` are what it reads and writes."""

    main: Main
    answers: dict[str, Found]
    unknown: dict[str, ScaffoldError] = field(default_factory=dict)
    files: Files = field(default_factory=Files)
    needs: tuple[Found, ...] = ()
    notes: list[str] = field(default_factory=list)
    tool: Found | None = None


def read(project: Project, sources: Sources, name: str) -> Program:
    """What the sources say of the program to run; raises ScaffoldError when it is not known which that is."""
    main, start = go_mains.choose(sources, name)
    tree = go_tree.parse(main.packages)
    values = Values(sources, tree, go_flags)
    made = Program(main, {"start": start}, notes=[*go_needs.notes(tree), *go_needs.flags(values)])
    made.needs = go_needs.needs(values)
    made.files = go_files.files(project, values, main.folder, main.module)
    words: list[str] = []
    listens = [one for one in go_listens.listens(values) if not one.passing]
    # A page that a tool shows for a while is nothing that is served: what serves names an address.
    if main.listens and (listens or not main.asked) and (any(one.values for one in listens) or not main.asked):
        words = _listening(made, project, values, listens)
    elif main.stays and not main.asked:
        made.answers["port"] = Found("none", f"it listens nowhere, and runs on ({main.stays})", "likely")
    else:
        made.tool = Found("tool", f"it listens nowhere ({main.folder})", "likely")
        made.answers["port"] = Found("none", "it listens nowhere", "likely")
    shown = f"./{main.folder}" if main.folder != "." else "."
    plain = [command.plain(word, "A flag") for word in words if re.fullmatch(r"[\w./:=-]+", word)]
    made.answers["start"] = Found(" ".join([shown, *plain]), start.source, start.confidence, start.others, start.rule)
    _written(made)
    return made


def _listening(made: Program, project: Project, values: Values, listens: list[Listen]) -> list[str]:
    """Settles port, health and environment; gives the words behind the package's folder."""
    found = go_ports.address(project, values, listens)
    words = [named.value] if (named := go_commands.serving(values.tree, listens)) else []
    if found.error:
        made.unknown["port"] = found.error
        return words
    if found.port:
        made.answers["port"] = found.port
    if found.variables:
        said = " ".join(f"{name}={value}" for name, value in found.variables.items())
        made.answers["env"] = Found(said, found.port.source if found.port else "the source", "likely")
    several = {one.call.file.path for one in listens if not one.aside and one.http}
    if found.tls:
        made.notes.append(f"The program speaks HTTPS alone on port {found.port and found.port.value}.")
    elif found.http and len(several) <= 1 and (health := go_health.path(values)):
        made.answers["health-path"] = health
    return [*words, *found.arguments]


def _written(made: Program) -> None:
    """Where the program writes: what it keeps, and what may be lost."""
    base = "/app" if made.files.folder == "." else f"/app/{made.files.folder}"
    for key, found in (("writable", made.files.data), ("tmpfs", made.files.scratch)):
        paths = [one.value if one.value.startswith("/") else f"{base}/{one.value}" for one in found]
        if kept := list(filter(_mounted, dict.fromkeys(paths))):
            made.answers[key] = Found(" ".join(kept), found[0].source, "likely")


def _mounted(path: str) -> bool:
    """Whether a path may be a mount: it hides nothing of the system's."""
    try:
        return image_path(path) == path
    except ScaffoldError:
        return False
