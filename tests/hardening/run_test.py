from __future__ import annotations

import pytest

from scaffold.dockerfile import read
from scaffold.hardening.run import modes, run, switched_off


def rules(text: str, last: bool = False) -> list[str]:
    """The rules that a RUN breaks."""
    [one] = read(f"FROM a\nRUN {text}\n").stages[0].instructions
    return [weakness.rule for weakness in run(one, last)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("wget -qO- x | tar x | python3 -", "pipe-to-shell"),
        ("curl x | sudo -E bash -", "pipe-to-shell"),
        ("bash <(curl -s x)", "pipe-to-shell"),
        ('eval "$(curl x)"', "pipe-to-shell"),
        ("curl -fsSLo /x https://h/x && sh /x", "pipe-to-shell"),
        ("curl https://h/x --output x && bash -e ./x", "pipe-to-shell"),
        ("wget -O x https://h/x && chmod +x x", "pipe-to-shell"),
        ("wget -qO x https://h/x; chmod 755 ./x", "pipe-to-shell"),
        ("curl -o x https://h/x && ./x", "pipe-to-shell"),
        ("curl --insecure x", "tls-off"),
        ("curl -sSkL x", "tls-off"),
        ('v="$(curl -k x)" && echo "$v"', "tls-off"),
        ("wget --no-check-certificate x", "tls-off"),
        ("pip3 install --trusted-host=h x", "tls-off"),
        ("python -m pip install --trusted-host h x", "tls-off"),
        ("git -c http.sslVerify=false clone x", "tls-off"),
        ("git config --global http.sslVerify false", "tls-off"),
        ("npm config set strict-ssl false", "tls-off"),
        ("apk add --allow-untrusted x", "tls-off"),
        ("apt-get -o Acquire::https::Verify-Peer=false update", "tls-off"),
        ("export NODE_TLS_REJECT_UNAUTHORIZED=0 && x", "tls-off"),
        ("GOSUMDB=off go build .", "tls-off"),
        ('["sh", "-c", "curl -k x"]', "tls-off"),
        ("<<E\nset -e\ncurl -k x\nE", "tls-off"),
        ("find / -exec chmod 777 {} +", "world-writable"),
        ("chmod go+w x", "world-writable"),
        ("install -m 4755 a b", "setuid-bit"),
        ("yarn", "unlocked-install"),
        ("pnpm i", "unlocked-install"),
        ("uv sync --no-dev", "unlocked-install"),
        ("go get ./...", "unlocked-install"),
        ("go build -mod=mod .", "unlocked-install"),
        ("npm add left-pad", "unlocked-install"),
        ("npm ci --omit=dev", "install-scripts"),
        ("sudo ls", "sudo"),
        ("--security=insecure ls", "insecure-build"),
    ],
)
def test_commands_that_weaken(text: str, rule: str) -> None:
    found = rules(text)
    assert rule in found and set(found) <= {rule, "sudo"}


@pytest.mark.parametrize(
    "text",
    [
        "curl -fsSLo k x && gpg --verify k",
        "cat x | sh",
        "curl x | tar xz && sh configure",
        "curl --user-agent kk x",
        "pip install --no-cache-dir x==1",
        "npm install --global npm@11",
        "npm run install-all",
        "yarn install --immutable",
        "pnpm install --frozen-lockfile",
        "uv sync --locked",
        "uv pip install x",
        "go mod download && go build .",
        "npm config set strict-ssl true",
        "chmod +x a && chmod 0755 b && chmod -R g+w c && chmod 1777 /tmp && chmod a-s d && chmod o=rX e",
        "find / -perm /6000 -exec chmod a-s {} +",
        "NODE_TLS_REJECT_UNAUTHORIZED=1 GIT_SSL_NO_VERIFY=false x",
        "echo sudo; grep -k curl",
        "--network=none --mount=type=bind,from=a,target=/a ls",
        "apt-get install -y curl",
    ],
)
def test_commands_that_do_not(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("apt-get install -y curl vim=9.* libpq5", 2), ("apk --no-cache add bash", 1), ("apt-get remove curl", 0)],
)
def test_tools_are_for_build_stages(text: str, number: int) -> None:
    assert rules(text, last=True) == ["runtime-tools"] * number and rules(text) == []


@pytest.mark.parametrize(
    ("mode", "rule"),
    [
        ("777", ["world-writable"]),
        ("0666", ["world-writable"]),
        ("6755", ["setuid-bit"]),
        ("2777", ["setuid-bit", "world-writable"]),
        ("g+s", ["setuid-bit"]),
        ("u=rw,o+w", ["world-writable"]),
        ("755", []),
        ("1777", []),
        ("+x", []),
        ("u=rwX,go=rX", []),
        ("${MODE}", []),
    ],
)
def test_modes(mode: str, rule: list[str]) -> None:
    assert [one.rule for one in modes(mode, 1)] == rule


def test_variables_that_switch_checks_off() -> None:
    assert [one.line for one in switched_off("pythonhttpsverify", '"0"', 4)] == [4]
    assert not [*switched_off("PYTHONHTTPSVERIFY", "1", 4)] and not [*switched_off("OTHER", "0", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "curl -o x https://h/x && echo '0 x' | sha256sum -c && sh x",
        "curl -o x https://h/x && tar -xf x && sh y",
        "wget -O x https://h/x && chmod 644 x",
        "curl -O https://h/x && sh y && chmod +x y",
    ],
)
def test_what_is_downloaded_and_compared_or_not_run(text: str) -> None:
    assert rules(text) == []
