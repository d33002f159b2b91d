from __future__ import annotations

from scaffold.languages import bases


def test_probed() -> None:
    assert bases.probed("tcp", 80) == {"port": "80", "request": ""}
    request = "GET /x HTTP/1.0\r\nHost: 127.0.0.1:80\r\n\r\n"
    assert bases.probed("/x", 80) == {"port": "80", "request": request}


def test_the_probe_is_compiled_as_programs_are() -> None:
    assert bases.PROBE.commands == (f"{bases.COMPILED} -o /out/healthcheck main.go",)
