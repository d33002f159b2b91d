from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import trustme

from scaffold import tls
from scaffold.errors import ScaffoldError
from scaffold.failures import Unreached, Untrusted
from scaffold.transport import Transport
from tests.servers import Registry, Run, leaf


def reach(url: str) -> int:
    """The status that a registry at an address answers with."""
    return Transport(5).send("GET", f"{url}/v2/", {}).status


def trusting(authority: trustme.CA, place: Path) -> Path:
    """A file of the authority, in folders that are made."""
    place.parent.mkdir(parents=True, exist_ok=True)
    authority.cert_pem.write_to_path(str(place))
    return place


def by_hash(authority: trustme.CA, folder: Path) -> str:
    """A folder in which OpenSSL finds the authority by the hash of its name."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("no openssl")
    file = trusting(authority, folder / "authority.pem")
    command = [program, "x509", "-noout", "-hash", "-in", str(file)]
    hashed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    file.rename(folder / f"{hashed}.0")
    return str(folder)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No authority from outside."""
    for variable in os.environ:
        if variable.startswith("SSL_CERT_") or variable.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(variable)


@pytest.fixture
def sealed(run: Run, authority: trustme.CA) -> Registry:
    """A registry with TLS, by an authority that the system does not know."""
    return run(Registry(leaf(authority)))


def test_nobody_knows_the_authority(sealed: Registry) -> None:
    with pytest.raises(Untrusted, match=f"^{sealed.host} has a TLS certificate that is not accepted"):
        reach(sealed.url)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_in_a_file(
    sealed: Registry, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(trusting(authority, tmp_path / "authority.pem")))
    assert reach(sealed.url) == 200


@pytest.mark.parametrize("variable", ["SSL_CERT_DIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_in_a_folder(
    sealed: Registry, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, by_hash(authority, tmp_path / "trusted"))
    assert reach(sealed.url) == 200


def test_an_authority_among_several_in_a_file(
    sealed: Registry, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(b"# ours\n" + trustme.CA().cert_pem.bytes() + authority.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert reach(sealed.url) == 200


def test_all_settings_count_together(run: Run, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authorities = {name: trustme.CA() for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "certs.d")}
    servers = {name: run(Registry(leaf(authority))) for name, authority in authorities.items()}
    host = servers["certs.d"].host
    trusting(authorities["certs.d"], own_home / ".docker/certs.d" / host / "ca.crt")
    for name, authority in authorities.items():
        monkeypatch.setenv(name, str(trusting(authority, tmp_path / name)))
    assert [reach(server.url) for server in servers.values()] == [200] * 4


@pytest.mark.parametrize("folder", [".docker", ".config/containers"])
def test_an_authority_of_a_host(sealed: Registry, authority: trustme.CA, own_home: Path, folder: str) -> None:
    place = own_home / folder / "certs.d" / sealed.host
    trusting(trustme.CA(), place / "a.crt")
    trusting(authority, place / "b.crt")
    assert reach(sealed.url) == 200


def test_the_folder_of_settings_may_be_another(
    sealed: Registry, authority: trustme.CA, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = trusting(authority, tmp_path / "containers/certs.d" / sealed.host / "ca.crt")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert tls.own_authorities(sealed.host) == (there,) and reach(sealed.url) == 200
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert tls.own_authorities(sealed.host) == ()
    file = trusting(authority, own_home / ".config/containers/certs.d" / sealed.host / "ca.crt")
    assert tls.own_authorities(sealed.host) == (file,)


def test_an_authority_of_a_host_is_not_one_of_others(sealed: Registry, authority: trustme.CA, own_home: Path) -> None:
    trusting(authority, own_home / f".docker/certs.d/localhost:{sealed.port}/ca.crt")
    shared = Transport(5)
    assert shared.send("GET", f"https://localhost:{sealed.port}/v2/", {}).status == 200
    with pytest.raises(Untrusted):
        shared.send("GET", f"{sealed.url}/v2/", {})


@pytest.mark.parametrize("name", ["ca.pem", "ca.cert", "client.key", "deeper/ca.crt"])
def test_what_is_no_authority_of_a_host(sealed: Registry, authority: trustme.CA, own_home: Path, name: str) -> None:
    trusting(authority, own_home / ".docker/certs.d" / sealed.host / name)
    assert tls.own_authorities(sealed.host) == ()


@pytest.mark.parametrize("host", ["registry.example.com", "registry.example.com:5000", "[::1]:5000", "a*b"])
def test_the_authorities_of_a_host_are_in_order(own_home: Path, authority: trustme.CA, host: str) -> None:
    folders = (own_home / ".config/containers", own_home / ".docker")
    files = [trusting(authority, folder / "certs.d" / host / f"{n}.crt") for folder in folders for n in range(2)]
    trusting(authority, own_home / ".docker/certs.d/axb/ca.crt")
    assert tls.own_authorities(host) == tuple(files)


BAD = {"missing": None, "empty": b"", "nonsense": b"nonsense", "cut off": b"-----BEGIN CERTIFICATE-----\nMIIB"}


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "certs.d"])
@pytest.mark.parametrize("bad", BAD)
def test_a_file_of_authorities_that_is_none(
    sealed: Registry, own_home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, bad: str
) -> None:
    file = own_home / ".docker/certs.d" / sealed.host / "ca.crt"
    file.parent.mkdir(parents=True)
    if (content := BAD[bad]) is not None:
        file.write_bytes(content)
    elif variable == "certs.d":
        file.symlink_to("nowhere")
    if variable != "certs.d":
        monkeypatch.setenv(variable, str(file.rename(own_home / "ca.pem") if content is not None else file))
    with pytest.raises(ScaffoldError) as caught:
        reach(sealed.url)
    assert variable in caught.value.fact and "is no file of certificate authorities (" in caught.value.fact
    assert not isinstance(caught.value, (Unreached, Untrusted)) and "PEM" in caught.value.remedy
    assert not sealed.asked


def test_files_that_cannot_be_used_do_not_matter_without_tls(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    assert reach(run(Registry()).url) == 200


def test_an_empty_variable_names_nothing(sealed: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", "")
    with pytest.raises(Untrusted):
        reach(sealed.url)
