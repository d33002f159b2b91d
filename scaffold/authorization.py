"""Answers a registry's challenges: with the user's login where there is one, with an anonymous token where not.

Tokens are those of github.com/distribution/distribution (`docs/content/spec/auth/token.md`, `oauth.md`), challenges
those of RFC 9110 (11.6.1). No login or token stands in a message.
"""

from __future__ import annotations

import base64
import re
import threading
from urllib.parse import urlencode

from scaffold import logins
from scaffold.failures import LoginNeeded, Unreached
from scaffold.logins import Config, Login
from scaffold.proxies import is_loopback
from scaffold.transport import Answer, Transport

_CLIENT = "dockerscaffold"


class Authorization:
    """What is sent to one registry as `Authorization`, by repository; for several threads at once."""

    def __init__(self, host: str, known: tuple[Config, ...], transport: Transport) -> None:
        self._host = host
        self._known = known
        self._transport = transport
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._headers: dict[str, str] = {}
        self._logins: dict[str, Login | None] = {}
        self._asked: logins.Asked = {}

    def header(self, repository: str) -> str:
        """What was found out to be sent for this repository; empty so far for one never asked for."""
        return self._headers.get(repository, "")

    def renew(self, repository: str, used: str, challenge: str, scheme: str) -> str:
        """What to send now that `used` was answered by this challenge, over `http` or `https`.

        Raises LoginNeeded when there is nothing, and what finding a login raises (`logins.find`).
        """
        with self._lock:
            mine = self._locks.setdefault(repository, threading.Lock())
        with mine:
            if self.header(repository) == used:
                self._headers[repository] = self._answered(repository, challenge, scheme)
            return self._headers[repository]

    def refused(self, what: str) -> LoginNeeded:
        """The error for a registry that does not show us `what`, whichever login we have sent."""
        with self._lock:
            sources = [login.source for login in self._logins.values() if login]
        if sources:
            remedy = f"Log in as one who may (docker login {self._host}), give a mirror, or add --offline."
            return LoginNeeded(self._host, f"does not show {what} to the login in {sources[0]}", remedy)
        remedy = f"Log in (docker login {self._host}), give a mirror with --registry-mirror, or add --offline."
        return LoginNeeded(self._host, f"wants a login for {what}, or has no such image", remedy)

    def _answered(self, repository: str, challenge: str, scheme: str) -> str:
        login = self._login(repository)
        if login and scheme == "http" and not is_loopback(self._host):
            remedy = "Ask it by https, or give another mirror with --registry-mirror."
            raise LoginNeeded(self._host, "wants a login, and is asked without encryption, where we send none", remedy)
        asked = _challenges(challenge)
        bearer = asked.get("bearer", {})
        if self._is_fit(bearer.get("realm", ""), scheme):
            return f"Bearer {self._token(repository, bearer, login)}"
        if login and not login.identity and "basic" in asked:
            return _basic(login)
        if bearer:
            remedy = "Give a mirror with --registry-mirror, or add --offline."
            raise LoginNeeded(self._host, "has its tokens at an address that is not https, where we ask none", remedy)
        raise self.refused(repository)

    def _login(self, repository: str) -> Login | None:
        with self._lock:
            if repository not in self._logins:
                # A helper's program gets less time than there is, so that it is known what has taken all of it.
                seconds = 0.9 * self._transport.left
                self._logins[repository] = logins.find(self._known, self._host, repository, seconds, self._asked)
            return self._logins[repository]

    def _is_fit(self, realm: str, scheme: str) -> bool:
        """Whether a login may go there: encrypted, or for a registry that is not on its own host or this machine."""
        place = re.match(r"(https?)://([^/?#@]+)(?![^/?#])", realm)
        return place is not None and (
            place[1] == "https" or (scheme == "http" and (place[2] == self._host or is_loopback(place[2])))
        )

    def _token(self, repository: str, fields: dict[str, str], login: Login | None) -> str:
        scopes = (fields.get("scope") or f"repository:{repository}:pull").split()
        service = {"service": fields["service"]} if fields.get("service") else {}
        accept = {"Accept": "application/json"}
        if login and login.identity:
            form = {"grant_type": "refresh_token", "client_id": _CLIENT, "refresh_token": login.secret}
            form |= {"scope": " ".join(scopes), **service}
            answer = self._transport.send("POST", fields["realm"], accept, form)
        else:
            headers = {**accept, "Authorization": _basic(login)} if login else accept
            mark = "&" if "?" in fields["realm"] else "?"
            query = urlencode({"scope": scopes, **service}, doseq=True)
            answer = self._transport.send("GET", f"{fields['realm']}{mark}{query}", headers)
        if answer.status in (400, 401, 403):
            raise self._rejected(repository, login)
        if token := _issued(answer):
            return token
        raise Unreached(self._host, f"gave no token for {repository} (its token server answered {answer.status})")

    def _rejected(self, repository: str, login: Login | None) -> LoginNeeded:
        if not login:
            return self.refused(repository)
        remedy = f"Log in again (docker login {self._host}), give a mirror, or add --offline."
        return LoginNeeded(self._host, f"does not accept the login in {login.source}", remedy)


def _challenges(header: str) -> dict[str, dict[str, str]]:
    """The parameters of each challenge, by its scheme, all in lower case; of two of one name the first counts."""
    name = r"[\w!#$%&'*+.^`|~-]+"
    found: dict[str, dict[str, str]] = {}
    fields: dict[str, str] = {}
    for key, quoted, plain, scheme in re.findall(
        rf'({name})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|({name})', header
    ):
        if scheme:
            fields = {}
            found.setdefault(scheme.lower(), fields)
        else:
            fields.setdefault(key.lower(), re.sub(r"\\(.)", r"\1", quoted) or plain)
    return found


def _basic(login: Login) -> str:
    return f"Basic {base64.b64encode(f'{login.user}:{login.secret}'.encode()).decode()}"


def _issued(answer: Answer) -> str:
    given = (answer.json() if answer.status == 200 else None) or {}
    token = given.get("token") or given.get("access_token")
    # What is no token of RFC 6750 could break the header it is sent in.
    return token if isinstance(token, str) and re.fullmatch(r"[\w.~+/=-]+", token, re.ASCII) else ""
