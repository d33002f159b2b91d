"""The table of all that `check` can find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LEVELS = ("error", "warning", "note")
"""From the gravest down."""


class Rule(NamedTuple):
    """A kind of finding: `id` in kebab-case never changes, `title` is one line, `help` says why it matters.

    `level` is that of its findings unless they say otherwise. `control` is the number of the control that it holds, in
    the CIS Docker Benchmark ("CIS 4.1") or the OWASP Docker Top 10 ("OWASP D06"), empty when there is none.
    """

    id: str
    title: str
    level: str
    control: str
    help: str


_ROWS = (
    Rule("broken-file", "A file that cannot be read", "error", "", "What cannot be read cannot be judged, or used."),
    # The files beside what they are made from
    Rule(
        "conflict-marker",
        "A conflict that is not resolved",
        "error",
        "",
        "The file holds both texts, and is neither.",
    ),
    Rule(
        "unfinished-update",
        "An update that is not finished",
        "warning",
        "",
        "The lock still holds the files of before it, and what is new may be missing.",
    ),
    Rule("unfit-answers", "The saved answers do not fit", "error", "", "No files can be made from them."),
    Rule("outdated", "A file has fallen behind", "warning", "", "The answers, or dockerscaffold, are newer than it."),
    Rule(
        "changed-project",
        "The project has changed",
        "warning",
        "",
        "What was read from it when its answers were settled is something else by now.",
    ),
    Rule("stale-pin", "A newer image is there", "warning", "OWASP D02", "It has the fixes that this one lacks."),
    Rule("end-of-life", "Support ends", "warning", "OWASP D02", "What is found from then on is never mended."),
    Rule(
        "version-mismatch",
        "An image of another version",
        "warning",
        "",
        "Other places of the file are made for the version that the answers say.",
    ),
    # Dockerfile and compose.yaml
    Rule("root-user", "The container runs as root", "error", "CIS 4.1", "Whoever breaks into the app is root in it."),
    Rule(
        "unpinned-image",
        "An image without a digest",
        "warning",
        "OWASP D08",
        "A tag can be moved to other content; a digest cannot, and the tag beside it says where updates come from.",
    ),
    Rule(
        "secret-variable",
        "A secret in a variable or a command",
        "error",
        "CIS 4.10",
        "ENV, ARG and RUN stand in the image's history, environment and commands in what docker inspect shows.",
    ),
    Rule("secret-text", "A secret in a file", "error", "OWASP D06", "Whoever reads the repository can use it."),
    Rule("tls-off", "Certificates are not checked", "error", "OWASP D08", "Anyone on the way can answer instead."),
    Rule(
        "insecure-build",
        "A build with rights of the host",
        "error",
        "CIS 5.5",
        "What a build step runs comes from many authors; it needs no right over the host and none of its networks.",
    ),
    Rule("no-healthcheck", "No health check", "warning", "CIS 4.6", "An app that hangs is taken for one that runs."),
    Rule(
        "debug-mode",
        "The app is started for debugging",
        "warning",
        "OWASP D04",
        "A debugger runs what it is told, by whoever reaches it; a reloader runs whatever a file becomes.",
    ),
    Rule(
        "shell-form",
        "The app is started by a shell",
        "warning",
        "OWASP D04",
        "The shell is process 1, and does not pass on the signal to stop; images without a shell do not start.",
    ),
    # Dockerfile
    Rule(
        "debug-image", "A debug variant at run time", "warning", "CIS 4.3", "It has a shell, and more, to break in by."
    ),
    Rule("remote-add", "ADD of something remote", "error", "CIS 4.9", "Whatever the server sends stands in the image."),
    Rule("pipe-to-shell", "A download is run", "error", "CIS 4.11", "Whatever the server sends runs in the build."),
    Rule(
        "world-writable",
        "Files that all may write",
        "warning",
        "OWASP D04",
        "The app, or whoever took it over, may too.",
    ),
    Rule(
        "setuid-bit", "A setuid or setgid bit is set", "error", "CIS 4.8", "Such a program gives a user other rights."
    ),
    Rule(
        "setuid-files",
        "The image's setuid files are kept",
        "warning",
        "CIS 4.8",
        "Base images with a shell bring su, mount and such; the app needs none of them.",
    ),
    Rule("sudo", "sudo in the build", "warning", "OWASP D01", "A build is root where it has to be; sudo stays behind."),
    Rule(
        "unlocked-install",
        "Packages are installed past the lock file",
        "warning",
        "OWASP D08",
        "Another version than the one that was tested may come, and its checksum is not compared.",
    ),
    Rule(
        "install-scripts", "Packages run scripts", "warning", "OWASP D08", "Any package may run anything in the build."
    ),
    Rule("ssh-port", "A port of remote administration", "warning", "CIS 5.7", "A container is entered by its engine."),
    Rule(
        "context-in-runtime",
        "The whole folder is in the image",
        "warning",
        "OWASP D06",
        "Sources, tests and forgotten files come along; take from the build stage what the app needs.",
    ),
    Rule(
        "secret-file", "A file of secrets is copied", "error", "CIS 4.10", "It stays in the layer, also when deleted."
    ),
    Rule(
        "writable-app",
        "The app can write to its own code",
        "warning",
        "OWASP D09",
        "Whoever takes over the app can change what it is; code belongs to root.",
    ),
    Rule("runtime-tools", "Tools at run time", "warning", "CIS 4.3", "What the app does not need helps an intruder."),
    # compose.yaml
    Rule("privileged", "A privileged container", "error", "CIS 5.5", "It is root on the host in all but name."),
    Rule("capabilities", "Capabilities are kept", "error", "CIS 5.4", "An app on a port above 1023 needs none."),
    Rule("writable-root", "A writable root file system", "error", "CIS 5.13", "An intruder can leave programs there."),
    Rule("new-privileges", "Privileges can be gained", "error", "CIS 5.26", "A setuid program gives other rights."),
    Rule("unconfined", "The engine's confinement is off", "error", "CIS 5.22", "seccomp and AppArmor bar rare calls."),
    Rule("no-init", "No init process", "warning", "OWASP D04", "Orphans are never reaped, and use up the processes."),
    Rule("published-port", "A port open to the network", "warning", "CIS 5.14", "It goes past the host's firewall."),
    Rule(
        "published-database",
        "A database's port is published",
        "warning",
        "OWASP D03",
        "Services reach it by its name on their own network; an error when other machines can reach it too.",
    ),
    Rule("host-namespace", "A namespace of the host", "error", "CIS 5.10", "The container sees what else runs there."),
    Rule(
        "engine-socket", "The engine's socket is mounted", "error", "CIS 5.32", "Who can ask the engine has the host."
    ),
    Rule("host-path", "A system folder of the host", "error", "CIS 5.6", "What is there is not the container's."),
    Rule(
        "mounted-source",
        "Sources are mounted over the image",
        "warning",
        "OWASP D09",
        "What runs is then not what was built and checked, and changes with every edit on the host.",
    ),
    Rule("shared-mount", "Mounts reach the host", "warning", "CIS 5.20", "Mounts in the container show outside it."),
    Rule("devices", "Devices of the host", "error", "CIS 5.18", "A device is beyond every limit of the container."),
    Rule("no-memory-limit", "No memory limit", "warning", "CIS 5.11", "One container can use up the host's memory."),
    Rule("no-cpu-limit", "No CPU limit", "warning", "CIS 5.12", "One container can use up the host's CPUs."),
    Rule("no-process-limit", "No limit of processes", "warning", "CIS 5.29", "A fork bomb stops the host."),
    Rule("restarts", "Restarts without end", "note", "CIS 5.15", "A failure is repeated for ever instead of seen."),
    Rule(
        "loose-tmpfs", "A tmpfs without its bounds", "warning", "OWASP D04", "It holds programs, or fills the memory."
    ),
    Rule("sysctls", "Kernel settings", "warning", "OWASP D04", "Some open routes that are closed for a reason."),
    Rule("extra-group", "A group with rights", "error", "CIS 4.1", "Groups such as docker and disk are root's equals."),
    Rule("cgroup-parent", "Another control group", "warning", "CIS 5.25", "The limits there hold, not those here."),
    Rule(
        "other-build",
        "Another image is built",
        "warning",
        "OWASP D04",
        "Our Dockerfile is judged, and its last stage runs.",
    ),
    Rule(
        "unseen-file",
        "A file that is not checked",
        "note",
        "OWASP D04",
        "Compose reads it too, and what it says of a service holds; only files of the project are judged.",
    ),
    # .dockerignore and dependabot.yml
    Rule("secret-not-ignored", "Secrets enter the build", "error", "OWASP D06", "COPY takes them into the image."),
    Rule("no-updates", "Updates are not asked for", "warning", "OWASP D02", "A pin that nobody moves gets no fixes."),
    Rule("slow-updates", "Updates come seldom", "note", "OWASP D02", "A fix waits as long as the interval is."),
    Rule(
        "short-cooldown",
        "New versions at once",
        "note",
        "OWASP D08",
        "A hijacked release is mostly found within days; seven days' wait lets others find it.",
    ),
    Rule("refused-cooldown", "A cooldown that GitHub refuses", "error", "OWASP D02", "It refuses the whole file."),
)

RULES: Mapping[str, Rule] = {rule.id: rule for rule in _ROWS}
"""All rules by their id."""
