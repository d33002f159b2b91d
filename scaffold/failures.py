"""What can go wrong with registries, each in its own class: for some of them another source of pins stands in."""

from __future__ import annotations

from scaffold.errors import ScaffoldError, Transient


class _OfHost(ScaffoldError):
    """What is wrong with a host: `what` follows its name in a sentence."""

    def __init__(self, host: str, what: str, remedy: str) -> None:
        super().__init__(f"{host} {what}.", remedy)
        self.host = host
        self.what = what


class Unreached(_OfHost, Transient):
    """A host gave no answer, or none that could be used; it may do better another time."""

    def __init__(self, host: str, what: str) -> None:
        super().__init__(host, what, "Try again, give it longer with --timeout, or add --offline.")


class Unsupported(Unreached):
    """A host that answers, and will not do what it was asked: it may do the like of it."""


class Untrusted(_OfHost):
    """A host that TLS cannot be spoken with, so that trying again does not help."""


class NoTLS(Untrusted):
    """A host that answers, and in something else than TLS."""


class LoginNeeded(_OfHost):
    """The registry refuses to answer without a login, or refuses the login that there is."""


class Absent(ScaffoldError):
    """The registry answers, and has no such repository or tag."""


class Unfit(ScaffoldError):
    """The tag exists, and what it names cannot be pinned; `fact` is the reason alone, to follow the tag."""
