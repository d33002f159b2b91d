"""Which of a Python project's packages may need something of the operating system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.facts import Found
from scaffold.languages.python_packages import Packages
from scaffold.native import GIT, Installed


def installed(packages: Packages, traits: Sequence[Found] = ()) -> Iterator[Installed]:
    """The packages as the table is asked for them; `traits` say by name which are compiled (`compiles:NAME`)."""
    told = {trait.value.partition(":")[2] for trait in traits if trait.value.startswith("compiles:")}
    for pin in packages.pins:
        if pin.kind == "git":
            yield Installed(GIT, "", f"{pin.name} ({pin.source})")
        elif pin.kind != "path":
            yield Installed(pin.name, pin.version, pin.source, True if pin.name in told else _compiled(pin.wheels))
    for name in packages.names.difference(pin.name for pin in packages.pins):
        yield Installed(name, "", packages.source)


def _compiled(wheels: Sequence[str]) -> bool | None:
    """Whether none of a package's wheels is for Linux with glibc; None where a lock lists none at all."""
    return not any("manylinux" in wheel or "-none-any." in wheel for wheel in wheels) if wheels else None
