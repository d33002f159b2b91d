"""Rules about secrets: in the names and values of variables, in the text of any file, and files that hold them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from scaffold.findings import Weakness

MOUNT = "Give it to the one RUN that needs it: RUN --mount=type=secret,id=..."

_NAME = re.compile(
    r"[\w.-]*(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|_PWD|_PASS)"
    r"|(?:[\w.-]*_)?(?:ACCOUNT|AES|APP|AUTH|CLIENT|DEPLOY|ENCRYPTION|HMAC|JWT|LICENSE|MASTER|RSA|SECRET|SERVER|SERVICE"
    r"|SESSION|SIGNING|SSH|SSL|STORAGE|TLS|WEBHOOK)_KEY(?:_BASE)?"
    r"|REQUIREPASS|REDISCLI_AUTH|PGPASS|MYSQL_PWD",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?!GPG_)(?:[\w.-]*_)?KEY", re.IGNORECASE)
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+/=-]{20,}")
"""A key may be one of a cache or a table; what looks like drawn by lot is none of these."""

_ABOUT = re.compile(r"(?:ALLOW|BOS|DISABLE|ENABLE|EOS|HAS|MAX|MIN|NO|NUM|PAD|REQUIRE|SKIP|USE|WITH)_", re.IGNORECASE)
"""How the names of settings about secrets begin."""

_NO_SECRET = re.compile(
    r"|\d|true|false|yes|no|on|off|none|null|(?:/|\./|~/)[\w.@-]+(?:/[\w.@-]+)+|file:.*|<[^>]*>", re.IGNORECASE
)
"""Values that are none: nothing, switches, and places of files."""

_SHAPES = (
    ("a token of GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})"),
    ("a token of GitLab", r"\bglpat-[\w-]{20,}"),
    ("an access key of AWS", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a token of Slack", r"\bxox[abeoprs]-[\w-]{10,}"),
    ("a key of Stripe", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a token of PyPI", r"\bpypi-AgE[\w-]{30,}"),
    ("a token of Docker Hub", r"\bdckr_[op]at_[\w-]{20,}"),
    ("a key of Google", r"\bAIza[\w-]{35}\b"),
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    ("a password in an address", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"$<>{}]{1,80}:[^\s/@'\"$<>{}]{1,80}@[\w\[]"),
)
_QUICK = re.compile("|".join(pattern for _, pattern in _SHAPES))

_FILE = re.compile(
    r"\.env(?:[.-].+)?|.+\.env|\.envrc|\.npmrc|\.pypirc|\.netrc|\.pgpass|\.git-credentials|\.dockercfg|\.htpasswd"
    r"|\.my\.cnf|\.vault-token|\.terraformrc|id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:key|pem|p12|pfx|jks|kdbx|ppk|tfstate)"
    r"|credentials\.json|secrets\.(?:json|toml|ya?ml)|service-account.*\.json|\.aws|\.azure|\.docker|\.gnupg|\.kube|\.ssh"
    r"|\.secrets",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"(?:^|[._-])(?:ca|cert|chain|default|dist|example|fullchain|pub|public|sample|template)s?(?:[._-]|$)"
)
"""Words in the names of files that are meant to be seen."""


def is_secret(name: str, value: str = "") -> bool:
    """Whether a variable holds a secret by what it is called, or for a name that may be by its value's look."""
    if _ABOUT.match(name) or re.search("public", name, re.IGNORECASE):
        return False
    return bool(_NAME.fullmatch(name) or (_KEY.fullmatch(name) and _RANDOM.fullmatch(value)))


def is_none(value: str) -> bool:
    """Whether a value is no secret, whatever has it: nothing, a switch, or the place of a file."""
    return bool(_NO_SECRET.fullmatch(value))


def variable(name: str, value: str, line: int, remedy: str) -> Iterator[Weakness]:
    """That a variable holds a secret: `value` as written, empty when none is given."""
    if is_secret(name, value) and not is_none(value):
        yield Weakness("secret-variable", line, f"{name} has a value that all can read.", remedy)


def texts(text: str) -> Iterator[Weakness]:
    """Secrets of known forms, on whatever line; not more of them is shown than what kind they are."""
    for line, content in enumerate(text.split("\n"), 1):
        if not _QUICK.search(content):
            continue
        for what, pattern in _SHAPES:
            if re.search(pattern, content):
                remedy = "Take it out, and have it revoked: who has the repository's history has it."
                yield Weakness("secret-text", line, f"This line holds {what}.", remedy)


def is_file(path: str) -> bool:
    """Whether a file, or a folder above it, holds secrets by its name; patterns count as what they match."""
    parts = [part for part in posixpath.normpath(path).split("/") if part not in (".", "..")]
    return any(_FILE.fullmatch(part.replace("*", "x")) for part in parts) and not _PUBLIC.search(parts[-1].lower())


def is_hidden(path: str) -> bool:
    """Whether a file should stay hidden: its name is not of those that are meant to be seen (`.env.example`)."""
    return not _PUBLIC.search(posixpath.basename(path).lower())
