"""Says which certificate authorities are trusted: the system's, the user's, and Docker's own for a host."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from scaffold import folders
from scaffold.errors import ScaffoldError

BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file or folder of authorities; SSL_CERT_DIR is left to OpenSSL.

It would read SSL_CERT_FILE too, but only where it is what verifies, and without a word when there is no such file.
"""


def own_authorities(host: str) -> tuple[Path, ...]:
    """The files of authorities that Docker and Podman are given for this host (`registry.example.com:5000`).

    `certs.d/HOST/*.crt` below /etc/docker, ~/.docker and the containers folder of either kind (docs.docker.com,
    engine/security/certificates; containers-certs.d(5)).
    """
    places = (Path("/etc/docker"), Path("/etc/containers"), folders.home() / ".docker", folders.containers())
    return tuple(sorted(file for place in places for file in (place / "certs.d" / host).glob("*.crt")))


def context(authorities: tuple[Path, ...] = ()) -> ssl.SSLContext:
    """What TLS connections to one host are made with; `authorities` are trusted beside the system's and the user's.

    Raises ScaffoldError for a file of authorities that cannot be read.
    """
    import truststore

    made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for variable in BUNDLES:
        if place := os.environ.get(variable):
            _add(made, Path(place), f"{variable} names")
    for file in authorities:
        _add(made, file, "Docker's certs.d has")
    return made


def _add(made: ssl.SSLContext, place: Path, named: str) -> None:
    try:
        if place.is_dir():
            made.load_verify_locations(capath=str(place))
        else:
            made.load_verify_locations(cafile=str(place))
    except (OSError, ssl.SSLError) as error:
        raise ScaffoldError(
            f"{named} {place}, which is no file of certificate authorities ({_told(error)}).",
            "Name a file in PEM format.",
        ) from None


def _told(error: OSError) -> str:
    return (error.strerror or "unreadable").lower()
