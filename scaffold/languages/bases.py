"""Images for programs that need no interpreter, and the health check that such an image has beside its program."""

from __future__ import annotations

from scaffold.model import Image, Run

STATIC = Image("gcr.io", "distroless/static-debian{debian_number}", "nonroot")
DEBIAN = Image("docker.io", "library/debian", "{debian}-{}-slim")
ALPINE = Image("docker.io", "library/alpine", "{}", "{alpine}")
GOLANG = Image("docker.io", "library/golang", "{}-{debian}", "{version}")

COMPILED = "go build -trimpath -ldflags='-s -w'"

PROBE = Run((f"{COMPILED} -o /out/healthcheck main.go",), ("type=cache,target=/root/.cache/go-build",))
"""Compiles the health check's own program, in the stage `healthcheck` (templates/shared/healthcheck.j2)."""


def probed(health: str, port: int) -> dict[str, str]:
    """What that stage prints of a service: its port, and the request to be answered by 2xx, or none for TCP."""
    request = f"GET {health} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    return {"port": str(port), "request": "" if health == "tcp" else request}
