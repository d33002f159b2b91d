"""Says which proxy stands before a host, as the environment and the system have it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from scaffold.errors import ScaffoldError


@dataclass(frozen=True)
class Proxy:
    """A proxy's address without its login, and that (`user:password`, or empty), which is never shown."""

    url: str
    login: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """What the proxy itself is sent."""
        coded = base64.b64encode(self.login.encode()).decode()
        return {"Proxy-Authorization": f"Basic {coded}"} if self.login else {}


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine."""
    return bool(re.fullmatch(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]+)?", host, re.IGNORECASE))


def proxy_of(scheme: str, host: str) -> Proxy | None:
    """The proxy for `http` or `https` to a host (with or without a port), or None.

    HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, else the system's settings; in NO_PROXY also
    networks such as 10.0.0.0/8, *.example.com, and a port, be it the scheme's own. This machine itself is never asked
    through a proxy (as Go's net/http has it, and so Docker). Raises ScaffoldError for a proxy of a kind that is not
    spoken.
    """
    from urllib.request import getproxies

    if is_loopback(host):
        return None
    known = getproxies()
    address = known.get(scheme) or known.get("all")
    if not address or _bypassed(scheme, host, known.get("no", "")):
        return None
    parts = _parts(address)
    if not parts:
        fact = f"The proxy for {scheme} cannot be used: what names it is no http:// or https:// address."
        raise ScaffoldError(fact, f"Name one in {scheme.upper()}_PROXY, or add --offline.")
    login, _, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    return Proxy(f"{parts.scheme}://{place}", f"{unquote(user)}:{unquote(password)}" if login else "")


def _parts(address: str) -> SplitResult | None:
    """The parts of a proxy's address, None for what is none, or of a kind that is not spoken, such as SOCKS."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        fit = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if fit else None


def _bypassed(scheme: str, host: str, exceptions: str) -> bool:
    from urllib.request import proxy_bypass

    parts = urlsplit(f"//{host}")
    name = parts.hostname or ""
    whole = f"{name}:{parts.port or (443 if scheme == 'https' else 80)}"
    listed = [one.strip().lower() for one in exceptions.split(",")]
    return bool(proxy_bypass(host)) or any(_covers(one, (name, whole)) or _within(name, one) for one in listed)


def _covers(one: str, names: tuple[str, ...]) -> bool:
    """Whether what stands in NO_PROXY is all hosts, or one of these names, or a domain that it is in."""
    domain = one.removeprefix("*").removeprefix(".")
    return one == "*" or (bool(domain) and any(f".{name}".endswith(f".{domain}") for name in names))


def _within(name: str, network: str) -> bool:
    """Whether a host is an address of a network, or the one address that stands there, of IPv6 also in brackets."""
    import ipaddress

    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False
