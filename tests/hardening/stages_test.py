from __future__ import annotations

import pytest

from scaffold.hardening.stages import judged

DIGEST = "@sha256:" + "0" * 64
END = 'USER 1000\nHEALTHCHECK CMD ["/ok"]\nENTRYPOINT ["/app/run"]\n'


def found(text: str) -> list[tuple[str, int]]:
    """Rule and line of each weakness."""
    return [(one.rule, one.line) for one in judged(text)]


def test_the_image_consists_of_all_stages_that_the_last_is_built_on() -> None:
    text = f"FROM scratch AS base\n{END}FROM golang:1{DIGEST} AS tool\nRUN x\nFROM base\nCOPY --from=tool /x /x\n"
    assert found(text) == []
    assert found(text.replace("USER 1000\n", "")) == [("root-user", 6)]
    assert found(text.replace("USER 1000\n", "USER 0\n")) == [("root-user", 2)]
    assert found(text.replace("USER 1000\n", "COPY . /src\nUSER 1000\n")) == [("context-in-runtime", 2)]


def test_a_file_of_one_stage_has_to_take_the_folder() -> None:
    assert found(f"FROM scratch\nCOPY . /app\n{END}") == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("COPY --from=tools:1 /x /x", "unpinned-image"),
        ("RUN --mount=type=bind,from=tools:1,target=/x x", "unpinned-image"),
        ("COPY --from=0 /x /x", "unpinned-image"),
        ("ADD git@example.com:x.git /x", "remote-add"),
        ("ADD https://example.com/x.git#v1 /x", "remote-add"),
        ("ONBUILD ADD https://example.com/x /x", "remote-add"),
        ("ONBUILD RUN curl -k x", "tls-off"),
        ("COPY id_rsa /x", "secret-file"),
        ('COPY ["a", "b/.env", "/x/"]', "secret-file"),
        ("EXPOSE 80 2375", "ssh-port"),
        ("ARG DB_PASSWORD", "secret-variable"),
        ("ENV PIP_TRUSTED_HOST=example.com", "tls-off"),
        ("WORKDIR /app\nCOPY --chown=app:app a .", "writable-app"),
        ("COPY --chown=$UID a /app", "writable-app"),
        ("COPY a /srv/\nRUN chown -R 1000:1000 /srv", "writable-app"),
    ],
)
def test_one_line(line: str, rule: str) -> None:
    [(name, place)] = found(f"FROM scratch\n{line}\n{END}")
    assert name == rule and place == 2 + line.count("\n")


@pytest.mark.parametrize(
    "line",
    [
        f"COPY --from=tools:1{DIGEST} /x /x",
        f"ADD --checksum=sha256:{'0' * 64} https://example.com/x /x",
        f"ADD https://example.com/x.git#{'0' * 40} /x",
        "ADD x.tar.gz /x",
        "EXPOSE 8022",
        "ARG TOKENS",
        "WORKDIR /app\nCOPY --chown=app:app a /data/",
        "RUN mkdir /data && chown 1000 /data",
        "RUN chown -R root:root /app",
        'CMD ["--flag"]',
    ],
)
def test_lines_that_are_fine(line: str) -> None:
    assert found(f"FROM scratch\n{line}\n{END}") == []


@pytest.mark.parametrize(
    ("start", "bad"),
    [
        ("CMD node a.js", True),
        ('CMD ["sh", "-c", "a"]', True),
        ('CMD ["sh", "-c", "cd x && exec a"]', False),
        ("CMD exec a", False),
        ('ENTRYPOINT ["a"]\nCMD b', False),
        ("ENTRYPOINT a", True),
        ("ENTRYPOINT []", False),
        ("STOPSIGNAL TERM", False),
    ],
)
def test_how_the_app_is_started(start: str, bad: bool) -> None:
    text = f"FROM scratch\nUSER 1\nHEALTHCHECK CMD x\n{start}\n"
    assert found(text) == ([("shell-form", 4)] if bad else [])


@pytest.mark.parametrize("base", ["scratch", f"gcr.io/distroless/static:nonroot{DIGEST}"])
def test_images_without_a_shell_have_no_setuid_files(base: str) -> None:
    assert found(f"FROM {base}\n{END}") == []
    assert found(f"FROM debian:13{DIGEST}\n{END}") == [("setuid-files", 1)]
    assert found(f"FROM debian:13{DIGEST}\nRUN find / -perm /6000\n{END}") == [("setuid-files", 1)]
    assert found(f"FROM debian:13{DIGEST}\nRUN find / -perm -u+s -exec chmod a-s {{}} +\n{END}") == []


def test_a_stage_has_what_that_below_it_downloaded() -> None:
    text = f"FROM scratch AS Tools\nRUN curl -O https://h/x.sh\nFROM {{}}\nRUN sh x.sh\n{END}"
    assert found(text.format("tools")) == [("pipe-to-shell", 4)]
    assert found(text.format("scratch")) == []


def test_variables_before_the_first_stage() -> None:
    assert found(f"ARG V=1\nARG API_TOKEN=abc\nFROM scratch\n{END}") == [("secret-variable", 2)]


def test_a_file_that_cannot_be_read_has_no_other_finding() -> None:
    assert found("RUN curl -k x\n") == [("broken-file", 1)]


@pytest.mark.parametrize(
    ("user", "level"), [("${U:-root}", ""), ("${U:-0}:1", ""), ("${U}", "warning"), ("${U:-1}:${G:-1}", "warning")]
)
def test_a_user_in_a_variable(user: str, level: str) -> None:
    [one] = judged(f"FROM scratch\n{END}".replace("USER 1000", f"USER {user}"))
    assert (one.rule, one.line, one.level) == ("root-user", 2, level)


@pytest.mark.parametrize("program", ["npm", "npx", "pnpm", "yarn", "/usr/local/bin/npm"])
@pytest.mark.parametrize("start", ['ENTRYPOINT ["{}", "start"]', 'CMD ["{}", "start"]', 'ENTRYPOINT ["x"]\nCMD ["{}"]'])
def test_a_package_manager_that_starts_the_app(start: str, program: str) -> None:
    text = f"FROM scratch\n{END}".replace('ENTRYPOINT ["/app/run"]', start.format(program))
    assert found(text) == [("shell-form", text.count("\n"))]
