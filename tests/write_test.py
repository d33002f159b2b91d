"""Writing all files or none: what is refused, disks that are full or read-only, and a kill at every step."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from scaffold import places
from scaffold import write as module
from scaffold.errors import ScaffoldError, Transient
from scaffold.model import File
from scaffold.places import JOURNAL
from scaffold.write import recover, write
from tests.places_test import prepare

Tree = dict[str, tuple[str, int]]

NEW = [
    File("Dockerfile", "FROM new\n"),
    File("compose.yaml", "services: é\r\n"),
    File(".github/workflows/images.yaml", "on: push\n"),
    File(".github/dependabot.yml", "version: 2\n"),
    File("link", "through the link\n"),
]
IMPOSSIBLE = [*NEW, File("app/Dockerfile", "x"), File("app", "a file where a folder is made")]
"""Found out only when all but the last are in place: such a write is always undone."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB, 16 pages, of which the folder takes none."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=64k", "none", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def mount(*arguments: str) -> None:
    made = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"mount is refused here: {made.stderr.strip()}")


def project(root: Path) -> Path:
    """Fresh files of several modes and a link; takes what stood there away."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "real").mkdir(parents=True)
    for path, text, mode in [
        ("Dockerfile", "FROM old\n", 0o644),
        ("compose.yaml", "services: old\n", 0o600),
        ("real/file", "old\n", 0o755),
        ("untouched", "untouched\n", 0o444),
    ]:
        (root / path).write_text(text)
        (root / path).chmod(mode)
    (root / "link").symlink_to("real/file")
    return root


def tree(root: Path) -> Tree:
    """The text, or the kind, and the mode of all below the folder."""
    found = {}
    for path in root.rglob("*"):
        text = os.readlink(path) if path.is_symlink() else "folder" if path.is_dir() else path.read_bytes().decode()
        found[str(path.relative_to(root))] = (text, path.lstat().st_mode)
    return found


def before_and_after(root: Path) -> tuple[Tree, Tree]:
    old = tree(project(root))
    write(root, NEW)
    return old, tree(root)


def forked(act: Callable[[], object], user: int = 0) -> int:
    """The exit status of `act` in a child process: 0, the code of a ScaffoldError, 130, or minus the signal."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            if user:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
            act()
            code = 0
        except ScaffoldError as error:
            code = error.code
        except KeyboardInterrupt:
            code = 130
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stopped(step: int, act: Callable[[], object], by: int = signal.SIGKILL) -> bool:
    """Runs `act` in a child that gets a signal before its `step`-th line of our files; False when it has no such."""
    lines, end = 0, {signal.SIGKILL: -9, signal.SIGINT: 130}[signal.Signals(by)]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in (module.__file__, places.__file__):
            return None
        lines += event == "line"
        if event == "line" and lines == step:
            os.kill(os.getpid(), by)
        return trace

    def traced() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.settrace(trace)
        try:
            act()
        finally:
            sys.settrace(None)

    status = forked(traced)
    assert status in (0, 2, end)
    return status == end


@pytest.mark.parametrize(
    ("by", "links", "stride"),
    [(signal.SIGKILL, True, 1), (signal.SIGKILL, False, 7), (signal.SIGINT, True, 7)],
    ids=["killed", "killed without hard links", "interrupted"],
)
def test_stopped_at_any_line_all_are_old_or_all_are_new(
    fast: Path, by: int, links: bool, stride: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: os.rmdir("/proc"))  # an OSError, as on vfat
    root, seen, step = fast / "project", Counter[str](), 1
    old, new = before_and_after(root)
    while stopped(step, lambda: write(project(root), NEW), by):
        decided, journal = (root / JOURNAL / "commit").exists(), (root / JOURNAL).exists()
        assert recover(root) is journal
        after = tree(root)
        assert after in (old, new)
        assert after == new or not decided
        assert not recover(root)
        seen["new" if after == new else "old"] += 1
        step += stride
    print(seen)
    assert tree(root) == new and seen["old"] > 200 / stride and seen["new"] > 20 / stride


@pytest.mark.parametrize(("links", "stride"), [(True, 5), (False, 17)], ids=["hard links", "copies"])
def test_killed_at_any_line_while_moving_back_all_are_old(
    fast: Path, links: bool, stride: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: os.rmdir("/proc"))
    root, step, undoing = fast / "project", 1, 0
    old = tree(project(root))
    while stopped(step, lambda: write(project(root), IMPOSSIBLE)):
        undoing += (root / JOURNAL / "undo").exists()
        recover(root)
        assert tree(root) == old
        step += stride
    print(step, undoing)
    assert tree(root) == old and undoing > 100 / stride


@pytest.mark.parametrize("files", [NEW, IMPOSSIBLE], ids=["finished", "undone"])
def test_recover_killed_at_any_line_can_be_repeated(fast: Path, files: list[File]) -> None:
    root, states, kills, step = fast / "project", dict[str, int](), 0, 1
    old, new = before_and_after(root)
    while stopped(step, lambda: write(project(root), files)):
        if (root / JOURNAL).exists():
            states.setdefault(str(sorted(tree(root))), step)
        step += 13
    for step in list(states.values())[::5]:
        again = 1
        while True:
            stopped(step, lambda: write(project(root), files))
            decided = (root / JOURNAL / "commit").exists() and files is NEW
            unfinished = stopped(again, lambda: recover(root))
            recover(root)
            assert tree(root) in ([new] if decided else [old, new] if files is NEW else [old])
            if not unfinished:
                break
            again += 19
            kills += 1
    print(len(states), kills)


SYSTEM_CALLS = "openat,write,fchmod,fchown,fsync,link,linkat,mkdir,mkdirat,rename,renameat,unlink,unlinkat,rmdir"
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import json, pathlib, scaffold.errors, scaffold.model, scaffold.write
try:
    if sys.argv[3] == "write":
        files = [scaffold.model.File(*each) for each in json.loads(sys.argv[4])]
        scaffold.write.write(pathlib.Path(sys.argv[2]), files)
    else:
        scaffold.write.recover(pathlib.Path(sys.argv[2]))
except scaffold.errors.ScaffoldError as error:
    sys.exit(error.code)
"""


def strace(root: Path, verb: str, files: list[File], *options: str) -> tuple[int, str]:
    """The exit status and the log of a process under strace that writes or recovers."""
    log = root.with_suffix(".log")
    given = json.dumps([(file.path, file.text) for file in files])
    command = [sys.executable, "-ISBc", SCRIPT, str(Path(module.__file__).parents[1]), str(root), verb, given]
    done = subprocess.run(["strace", "-f", "-y", "-o", log, *options, *command], capture_output=True)
    return done.returncode, log.read_text()


def system_calls(root: Path, verb: str, files: list[File]) -> list[tuple[str, int]]:
    """Each system call that touches the project: its name, and which one of that name in the process it is."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    status, log = strace(root, verb, files, "-e", f"trace={SYSTEM_CALLS}")
    if status not in (0, 2):
        pytest.skip("strace cannot trace here (ptrace is refused)")
    counts, calls = Counter[str](), []
    for name, rest in re.findall(r"^\d+ +(\w+)\((.*)", log, re.MULTILINE):
        counts[name] += 1
        if str(root) in rest:
            calls.append((name, counts[name]))
    return calls


def each(calls: list[tuple[str, int]], act: Callable[[int, str, int], str]) -> Counter[str]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return Counter(pool.map(lambda numbered: act(numbered[0], *numbered[1]), enumerate(calls)))


def test_killed_before_any_system_call_all_are_old_or_all_are_new(fast: Path) -> None:
    old, new = before_and_after(fast / "project")

    def kill(number: int, name: str, which: int) -> str:
        root = project(fast / f"{number}")
        status, _ = strace(root, "write", NEW, "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={which}")
        assert status == -signal.SIGKILL
        recover(root)
        return "old" if tree(root) == old else "new" if tree(root) == new else f"mixed at {name} {which}: {tree(root)}"

    seen = each(system_calls(project(fast / "project"), "write", NEW), kill)
    print(seen)
    assert set(seen) == {"old", "new"}


def test_recover_killed_before_any_system_call_can_be_repeated(fast: Path) -> None:
    _, new = before_and_after(fast / "project")

    def half(root: Path) -> Path:
        step = 1
        while not ((root / ".github/workflows").exists() and (root / JOURNAL / "commit").exists()):
            stopped(step, lambda: write(project(root), NEW))
            step += 5
        return root

    half(fast / "half")

    def kill(number: int, name: str, which: int) -> str:
        root = Path(shutil.copytree(fast / "half", fast / f"{number}", symlinks=True))
        status, _ = strace(root, "recover", [], "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={which}")
        assert status == -signal.SIGKILL
        recover(root)
        return "new" if tree(root) == new else f"mixed at {name} {which}: {tree(root)}"

    copy = Path(shutil.copytree(fast / "half", fast / "copy", symlinks=True))
    seen = each(system_calls(copy, "recover", []), kill)
    print(seen)
    assert set(seen) == {"new"}


@pytest.mark.parametrize("files", [NEW, IMPOSSIBLE], ids=["possible", "impossible"])
def test_any_system_call_that_fails_leaves_all_old_or_all_new(fast: Path, files: list[File]) -> None:
    old, new = before_and_after(fast / "project")

    def fail(number: int, name: str, which: int) -> str:
        root = project(fast / f"{number}")
        inject = f"inject={name}:error=EIO:when={which}"
        status, _ = strace(root, "write", files, "--seccomp-bpf", "-e", f"trace={name}", "-e", inject)
        if status == 0 or files is IMPOSSIBLE:  # an error on the way back is mended by the next run
            recover(root)
        expected = {0: new, 2: old}[status]
        return str(status) if tree(root) == expected else f"{status} at {name} {which}: {tree(root)}"

    moves = ("rename", "mkdir", "unlink", "rmdir")  # the other calls are the same ones again
    calls = system_calls(project(fast / "project"), "write", files)
    seen = each([call for call in calls if files is NEW or call[0] in moves], fail)
    print(seen)
    assert set(seen) == ({"0", "2"} if files is NEW else {"2"})


def test_all_is_on_the_disk_before_the_step_that_needs_it(fast: Path) -> None:
    """The power cannot be cut here: what it needs is the order of fsync and rename."""
    root = project(fast / "project")
    system_calls(root, "write", NEW)
    log = root.with_suffix(".log").read_text().replace(str(root), "")
    journal = re.escape(f"/{JOURNAL}")
    points = [f'rename[^\n]*/{name}"' for name in ["commit", "new-0", "new-4"]] + [f'unlink[^\n]*{journal}/commit"']
    staging, decided, _, moved, done = re.split("|".join(points), log)
    for text, paths in [
        (staging, [f"{journal}/new-0", f"{journal}/new-4", f"{journal}/record", journal, ""]),
        (decided, [journal]),
        (moved, ["", "/real", "/.github", "/.github/workflows"]),
        (done[: done.index("unlink")], [journal]),
    ]:
        for path in paths:
            assert re.search(f"fsync[^\n]*<{path}>", text), path


def test_files_are_written_as_given(tmp_path: Path) -> None:
    write(project(tmp_path), NEW)
    assert {file.path: (tmp_path / file.path).read_bytes().decode() for file in NEW} == {f.path: f.text for f in NEW}
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real/file").read_text() == "through the link\n"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o644), (0, 0o644)])
def test_modes(tmp_path: Path, umask: int, mode: int) -> None:
    project(tmp_path)
    before = os.umask(umask)
    write(tmp_path, NEW)
    os.umask(before)
    paths = [".github/dependabot.yml", "Dockerfile", "compose.yaml", "real/file"]
    assert [(tmp_path / path).stat().st_mode & 0o7777 for path in paths] == [mode, 0o644, 0o600, 0o755]


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_owner_is_kept(tmp_path: Path) -> None:
    os.chown(project(tmp_path) / "Dockerfile", 65534, 65534)
    write(tmp_path, NEW)
    assert (tmp_path / "Dockerfile").stat().st_uid == 65534


def test_bytes_that_are_not_text_come_back(tmp_path: Path) -> None:
    write(tmp_path, [File("x", b"caf\xe9\r\n".decode(errors="surrogateescape"))])
    assert (tmp_path / "x").read_bytes() == b"caf\xe9\r\n"


def test_no_files_and_nothing_to_recover(tmp_path: Path) -> None:
    write(tmp_path, [])
    assert not recover(tmp_path) and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../x", "is no path"),
        ("out/file", "out is a link that leads out of the project, to "),
        ("dangling/x", "dangling is a link that leads nowhere"),
        ("inside", "inside is a folder"),
        ("Dockerfile/x", "Dockerfile is not a folder, and Dockerfile/x would be in it"),
        ("same", "are both written to "),
        ("x" * 256, "File name too long"),
        (f"new/{'x' * 256}/y", "File name too long"),
        ("/".join(["x" * 200] * 25), "File name too long"),
    ],
)
def test_refused(tmp_path: Path, path: str, said: str) -> None:
    root = prepare(tmp_path)
    before = sorted(tmp_path.rglob("*")), (root / "Dockerfile").stat()
    with pytest.raises(ScaffoldError, match=re.escape(said)) as caught:
        write(root, [*NEW, File(path, "x")])
    assert caught.value.code == 2 and caught.value.remedy
    assert (sorted(tmp_path.rglob("*")), (root / "Dockerfile").stat()) == before


def test_links_inside_the_project_are_written_through(tmp_path: Path) -> None:
    root = prepare(tmp_path)
    write(root, [File("inside/a/b", "1"), File("same", "2")])
    assert (root / "real/a/b").read_text() == "1" and (root / "Dockerfile").read_text() == "2"
    assert (root / "inside").is_symlink() and (root / "same").is_symlink()


@pytest.mark.parametrize("root", ["missing", "Dockerfile"])
def test_root_is_no_folder(tmp_path: Path, root: str) -> None:
    with pytest.raises(ScaffoldError, match=f"Cannot write .*{root} "):
        write(project(tmp_path) / root, NEW)


def test_full_disk(disk: Path) -> None:
    (disk / "Dockerfile").write_text("old")
    old, seen = tree(disk), Counter[str]()
    for free in range(16):
        filler = disk.parent / "filler"
        filler.write_bytes(b"x" * 4096 * (15 - free))
        shutil.copy(filler, disk / "filler")
        try:
            write(disk, NEW[:4])
            seen["written"] += 1
            assert (disk / "Dockerfile").read_text() == "FROM new\n"
            shutil.rmtree(disk / ".github")
            (disk / "compose.yaml").unlink()
            (disk / "Dockerfile").write_text("old")
        except ScaffoldError as error:
            seen[error.fact] += 1
            assert error.remedy.startswith("Free some space")
        (disk / "filler").unlink()
        assert tree(disk) == old
    assert set(seen) == {"written", f"Cannot write {disk} (No space left on device), so nothing was written."}


def test_read_only(disk: Path) -> None:
    old = tree(project(disk / "project"))
    mount("-o", "remount,ro", str(disk))
    with pytest.raises(ScaffoldError, match=r"project \(Read-only file system\), so nothing was written") as caught:
        write(disk / "project", NEW)
    assert "Mount the project writable" in caught.value.remedy
    assert not recover(disk / "project") and tree(disk / "project") == old


def test_recover_waits_for_a_disk_that_can_be_written(disk: Path) -> None:
    old = tree(project(disk / "project"))
    killed_when(disk / "project", lambda: (disk / "project" / JOURNAL / "new-0").exists(), NEW)
    mount("-o", "remount,ro", str(disk))
    for act in (lambda: recover(disk / "project"), lambda: write(disk / "project", NEW)):
        with pytest.raises(ScaffoldError, match="a write is unfinished: the next run finishes or undoes it"):
            act()
    mount("-o", "remount,rw", str(disk))
    assert recover(disk / "project") and tree(disk / "project") == old


def test_mount_in_the_project(disk: Path, tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    (root / ".github").mkdir()
    mount("--bind", str(disk), str(root / ".github"))
    old = tree(root)
    try:
        with pytest.raises(ScaffoldError, match="Invalid cross-device link") as caught:
            write(root, NEW)
        assert "Unmount" in caught.value.remedy and tree(root) == old
    finally:
        subprocess.run(["umount", root / ".github"], check=True)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
@pytest.mark.parametrize(
    ("mine", "files", "status"),
    [
        ([], NEW, 2),
        (["."], NEW, 2),
        ([".", "real", ".github"], NEW, 0),
        ([".", "real", ".github"], IMPOSSIBLE, 2),
        (["real", ".github"], NEW, 2),
    ],
    ids=["nothing", "root only", "folders but not files", "folders but not files, undone", "not the root"],
)
def test_permissions(fast: Path, mine: list[str], files: list[File], status: int) -> None:
    root = project(fast / "project")
    (root / ".github").mkdir()
    (root / "compose.yaml").chmod(0o644)
    for path in mine:
        os.chown(root / path, 65534, 65534)
    old = tree(root)
    assert forked(lambda: write(root, files), user=65534) == status
    assert (tree(root) == old) == (status == 2) and not (root / JOURNAL).exists()


def killed_when(root: Path, ready: Callable[[], bool], files: list[File]) -> None:
    """Kills writes of a fresh project, each later than the one before, until one leaves it as wanted."""
    step = 1
    project(root)
    while not ready():
        assert stopped(step, lambda: write(project(root), files))
        step += 6


def test_what_was_changed_after_the_crash_is_kept_and_the_rest_is_old(fast: Path) -> None:
    root = fast / "project"
    old = tree(project(root))
    killed_when(root, lambda: not (root / JOURNAL / "new-0").exists() and (root / JOURNAL / "commit").exists(), NEW)
    (root / "compose.yaml").write_text("mine\n")
    assert recover(root)
    assert (root / "compose.yaml").read_text() == "mine\n"
    assert {**tree(root), "compose.yaml": ()} == {**old, "compose.yaml": ()}


def test_a_file_made_after_the_crash_is_kept(fast: Path) -> None:
    root = fast / "project"
    project(root)
    killed_when(root, lambda: (root / JOURNAL / "commit").exists(), NEW)
    (root / ".github").mkdir()
    (root / ".github/dependabot.yml").write_text("mine\n")
    assert recover(root)
    assert (root / ".github/dependabot.yml").read_text() == "mine\n"
    assert (root / "Dockerfile").read_text() == "FROM old\n" and not (root / ".github/workflows").exists()


@pytest.mark.parametrize("record", ["commit", "undo"])
@pytest.mark.parametrize(
    ("path", "fresh"),
    [(f"{out}/{path}", fresh) for out in ("..", "{}", "out") for path, fresh in (("victim", 0), ("empty/x", 1))],
)
def test_a_journal_from_a_stranger_cannot_lead_out(fast: Path, record: str, path: str, fresh: int) -> None:
    root = project(fast / "project")
    (root / "out").symlink_to("..")
    (fast / "victim").write_text("mine")
    (fast / "empty").mkdir()
    for moved in (True, False):
        (root / JOURNAL).mkdir(exist_ok=True)
        if not moved:
            (root / JOURNAL / "new-0").write_text("evil")
        (root / JOURNAL / "old-0").write_text("evil")
        for old in (None, [1, 1]):
            (root / JOURNAL).mkdir(exist_ok=True)
            (root / JOURNAL / record).write_text(json.dumps([[path.format(fast), fresh, old]]))
            assert forked(lambda: recover(root)) in (0, 2)
            assert (fast / "victim").read_text() == "mine" and not list((fast / "empty").iterdir())
        shutil.rmtree(root / JOURNAL, ignore_errors=True)


@pytest.mark.parametrize("text", ["", "{", "[1]", '[["a"]]', '[["a", "b", null]]', "7", "\0"])
def test_a_damaged_record_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / JOURNAL).mkdir()
    (tmp_path / JOURNAL / "commit").write_text(text)
    with pytest.raises(ScaffoldError, match="is damaged"):
        recover(tmp_path)


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_journal_that_is_no_folder_is_left_alone(tmp_path: Path, kind: str) -> None:
    root = project(tmp_path / "project")
    (tmp_path / "home").mkdir()
    (tmp_path / "home/file").write_text("mine")
    (root / JOURNAL).write_text("") if kind == "file" else (root / JOURNAL).symlink_to("../home")
    for act in (lambda: recover(root), lambda: write(root, NEW)):
        with pytest.raises(ScaffoldError, match="is not a folder"):
            act()
    assert (tmp_path / "home/file").read_text() == "mine"


KNOWN = {"Dockerfile": "FROM old\n", "compose.yaml": "services: old\n", ".github/dependabot.yml": None, "link": "old\n"}


def test_what_was_seen_is_written_over(tmp_path: Path) -> None:
    write(project(tmp_path), NEW, {**KNOWN, "other": "is not written"})
    assert (tmp_path / "Dockerfile").read_text() == "FROM new\n"
    (tmp_path / "Dockerfile").write_bytes(b"caf\xe9\r\n")
    write(tmp_path, NEW[:1], {"Dockerfile": "caf\udce9\r\n"})
    assert (tmp_path / "Dockerfile").read_text() == "FROM new\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM mine\n"),
        ("Dockerfile", "FROM old\r\n"),
        ("Dockerfile", ""),
        ("Dockerfile", None),
        (".github/dependabot.yml", "mine: true\n"),
        (".github/dependabot.yml", ""),
        ("link", "mine\n"),
    ],
)
def test_something_else_than_was_seen_is_not_written_over(tmp_path: Path, path: str, text: str | None) -> None:
    root = project(tmp_path)
    place = root / path
    if text is None:
        place.unlink()
    else:
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(text.encode())
    before = tree(root)
    with pytest.raises(ScaffoldError, match=f"^{path} was changed meanwhile, so nothing was written") as caught:
        write(root, NEW, KNOWN)
    assert caught.value.remedy == "Run the command again." and tree(root) == before


def test_two_at_once(tmp_path: Path) -> None:
    descriptor = os.open(project(tmp_path), os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(Transient, match="Another dockerscaffold writes in"):
        write(tmp_path, NEW)
    os.close(descriptor)
    write(tmp_path, NEW)


def test_many_at_once_and_some_killed(fast: Path) -> None:
    root = project(fast / "project")
    paths = [file.path for file in NEW]

    def storm(text: str) -> None:
        for _ in range(40):
            try:
                write(root, [File(path, text) for path in paths])
            except Transient:
                continue

    def one(number: int) -> int:
        act = lambda: storm(f"{number}\n")  # noqa: E731
        return forked(act) if number % 2 else stopped(number * 137, act)

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(one, range(1, 9)))
    recover(root)
    assert statuses[::2] == [0] * 4
    assert len({(root / path).read_text() for path in paths}) == 1 and not (root / JOURNAL).exists()


GONE = {"real/file": 1, "untouched": 1}
"""The one is alone in its folder, the other is not."""


def test_removed_with_the_rest_or_not_at_all(fast: Path) -> None:
    root, seen, step = fast / "project", Counter[str](), 1
    old = tree(project(root))
    write(root, NEW[:1], {"untouched": "untouched\n"}, GONE)
    new = tree(root)
    assert (
        (root / "Dockerfile").read_text() == "FROM new\n"
        and not {*GONE, "real"} & {*new}
        and (root / "link").is_symlink()
    )
    while stopped(step, lambda: write(project(root), NEW[:1], gone=GONE)):
        decided = (root / JOURNAL / "commit").exists()
        recover(root)
        assert tree(root) in ([new] if decided else [old, new])
        seen["new" if tree(root) == new else "old"] += 1
        step += 3
    print(seen)
    assert min(seen["old"], seen["new"]) > 5


def test_what_was_removed_comes_back_where_the_rest_cannot_go(fast: Path) -> None:
    root, step = fast / "project", 1
    old = tree(project(root))
    while not (root / JOURNAL / "old-1").exists() or not (root / "untouched").exists():
        assert stopped(step, lambda: write(project(root), NEW[:1], gone=GONE))
        step += 1
    (root / "untouched").chmod(0o644)
    (root / "untouched").write_text("mine, since\n")
    recover(root)
    assert (root / "untouched").read_text() == "mine, since\n"
    assert {**tree(root), "untouched": ()} == {**old, "untouched": ()}


def test_a_folder_that_went_comes_back_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, synced = tree(project(tmp_path)), list[bool]()

    def failing(root: Path, entries: object) -> None:
        synced.append((root / "real").exists())
        if len(synced) == 1:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("scaffold.write._sync_above", failing)
    with pytest.raises(ScaffoldError):
        write(tmp_path, NEW[:1], gone=GONE)
    assert synced == [False, True] and tree(tmp_path) == old


@pytest.mark.parametrize("path", ["../x", "real", "link/x", "Dockerfile"])
def test_what_cannot_be_removed_is_refused(tmp_path: Path, path: str) -> None:
    before = tree(project(tmp_path / "project"))
    with pytest.raises(ScaffoldError):
        write(tmp_path / "project", NEW[:1], gone={path: 0})
    assert tree(tmp_path / "project") == before


def test_a_changed_file_is_not_removed(tmp_path: Path) -> None:
    before = tree(project(tmp_path))
    with pytest.raises(ScaffoldError, match=r"^untouched was changed meanwhile"):
        write(tmp_path, NEW[:1], {"untouched": "else\n"}, {"untouched": 0})
    assert tree(tmp_path) == before
