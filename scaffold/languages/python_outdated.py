"""Pins that no supported Python runs as they stand, and what must not be newer beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scaffold.facts import Found
from scaffold.languages import python_known
from scaffold.languages.python_locks import Pin

NOT_HERE = frozenset(
    """
    apturl brlapi command-not-found comtypes cupshelpers dbus-python defer distro-info language-selector louis
    mac-alias pkg-resources pyobjc pyobjc-core pypiwin32 python-apt pyreadline pywin32 pywinauto pywinpty
    screen-resolution-extra systemd-python ubuntu-advantage-tools ubuntu-drivers-common ubuntu-pro-client ufw
    unattended-upgrades usb-creator win10toast windows-curses winshell wmi xkit
    """.split()  # noqa: SIM905
)
"""What pip freeze writes on Windows, macOS and Ubuntu, and no image can install."""

BACKPORTS = frozenset({"enum34", "futures", "pathlib", "typing"})
"""Parts of Python's own library for Python 2; some do not install on Python 3, some break what does."""

RENAMED = {"sklearn": "scikit-learn"}
"""Names that an index has only to refuse them."""


def settle(pins: Sequence[Pin], written: Mapping[str, str]) -> tuple[list[Found], list[str]]:
    """The traits and notes of requirements that may be edited; `written` has each name as the file writes it.

    Traits are `without:pywin32`, `named:sklearn=scikit-learn`, `instead:jinja2==2.10.3` for a pin that is replaced,
    and `with:numpy<2` for a package that has no pin and is kept from a version that another one's pin fails with.
    """
    traits, notes = list[Found](), list[str]()
    for pin in pins:
        name = written.get(pin.name, pin.name)
        if pin.name in NOT_HERE | BACKPORTS or RENAMED.get(pin.name) in written:
            traits.append(Found(f"without:{name}", pin.source))
            why = "not for Linux" if pin.name in NOT_HERE else "not for Python 3"
            why = f"another name of {RENAMED[pin.name]}" if pin.name in RENAMED else why
            notes.append(f"{name} ({pin.source}) is {why}, and is left out.")
        elif pin.name in RENAMED:
            traits.append(Found(f"named:{name}={RENAMED[pin.name]}", pin.source))
            notes.append(f"{name} ({pin.source}) is refused by its index: {RENAMED[pin.name]} is installed.")
    for pin in pins:
        if other := python_known.replaced(pin.name, pin.version):
            shown = f"{pin.name} {pin.version} ({pin.source})"
            traits.append(Found(f"instead:{pin.name}=={other}", shown))
            notes.append(f"{shown} fails on every Python that is supported: {other} is installed.")
    pinned = {pin.name for pin in pins if pin.version or pin.kind}
    limits: dict[str, str] = {}
    for pin in pins:
        for limit in python_known.beside(pin.name, pin.version) if not pin.kind else ():
            if limit.partition("<")[0] not in pinned:
                limits.setdefault(limit, f"{pin.name} {pin.version}".strip() + f" ({pin.source})")
    traits += [Found(f"with:{limit}", source) for limit, source in limits.items()]
    for source in dict.fromkeys(limits.values()):
        kept = ", ".join(sorted(limit for limit, of in limits.items() if of == source))
        notes.append(f"Kept from newer versions, which {source} fails with: {kept}.")
    return traits, notes
