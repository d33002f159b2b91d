"""What can go wrong for reasons outside the program, said in a sentence and a remedy."""


class ScaffoldError(Exception):
    """A request that cannot be met: a fact with its reason, and what to type instead.

    `code` is the exit code that the command line gives: 2, a bad request.
    """

    code = 2

    def __init__(self, fact: str, remedy: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.remedy = remedy


class Conflict(ScaffoldError):
    """Files of the user's stand where ours would go (exit code 1); `diff` is what would change in them."""

    code = 1

    def __init__(self, fact: str, remedy: str, diff: str) -> None:
        super().__init__(fact, remedy)
        self.diff = diff


class Unmended(ScaffoldError):
    """What was written does not run, and a probe cannot help it (exit code 1); `log` is the end of what it said."""

    code = 1

    def __init__(self, fact: str, remedy: str, log: str = "") -> None:
        super().__init__(fact, remedy)
        self.log = log


class Transient(ScaffoldError):
    """A registry or the network failed; the same command may work later (exit code 75)."""

    code = 75


class Cancelled(Exception):
    """The user wants nothing written (exit code 130)."""
