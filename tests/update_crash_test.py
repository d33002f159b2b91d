"""`update` where things go wrong around it: killed at every step, two at once, disks and files that refuse.

What the steps do is in `write_test`; here it is that all files of an update are old or new, and that the next one goes
on to the same end.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scaffold import exclusive, write
from scaffold import update as module
from scaffold.errors import Conflict, ScaffoldError, Transient
from scaffold.merging import BETWEEN, OURS, YOURS
from scaffold.places import JOURNAL
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from scaffold.update import Moves, abort
from tests import inside, remade
from tests.day import TOP
from tests.generated import PROJECTS
from tests.generated import write as put
from tests.remade import FILES, again
from tests.write_test import SYSTEM_CALLS, Tree, forked, mount, stopped, tree

DOCKERFILE, IGNORED, COMPOSE, DEPENDABOT = FILES
NOBODY = 65534


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with edits that the next update joins."""
    return edited(tmp_path / "shop")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "none", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def edited(root: Path) -> Path:
    """A project of Node whose files were edited where an update leaves them alone."""
    remade.made(root, "node", "slim")
    change(root, DOCKERFILE, "USER 65532", "ENV FEATURE=on\n\nUSER 65532")
    change(root, COMPOSE, "networks:\n  frontend", "# mine\nnetworks:\n  frontend")
    (root / IGNORED).write_bytes((root / IGNORED).read_bytes().replace(b"\n", b"\r\n"))
    (root / IGNORED).chmod(0o600)
    return root


def contrary(root: Path) -> Path:
    """As `edited`, but the update cannot join all; it makes a file too, and brings one back."""
    edited(root)
    put(root / "api", PROJECTS["go"])
    (root / DEPENDABOT).unlink()
    change(root, DOCKERFILE, "EXPOSE 3000", "EXPOSE 3001")
    change(root, ANSWERS, 'port = ["3000"]', 'port = ["9000"]')
    (root / ANSWERS).write_text((root / ANSWERS).read_text() + '\n[service.api]\ndirectory = "api"\nport = ["8080"]\n')
    return root


def half(root: Path) -> Path:
    """A project in which an update has conflicts."""
    anew(contrary(root))
    return root


def change(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def anew(root: Path) -> None:
    """An update of pins, texts and answers; where conflicts stand already, none."""
    with remade.newer_pins(), contextlib.suppress(Conflict):
        again(root, Moves(restore=True))


def undo(root: Path) -> None:
    """Takes an update back; where one was taken back already, nothing."""
    try:
        abort(str(root), Options())
    except ScaffoldError as error:
        if not error.fact.startswith("No update is waiting"):
            raise


SCRIPT = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from tests import update_crash_test
getattr(update_crash_test, sys.argv[2])(pathlib.Path(sys.argv[3]))
"""
SCENES: Mapping[str, tuple[Callable[[Path], Path], Callable[[Path], None]]] = {
    "joined": (edited, anew),
    "conflicts": (contrary, anew),
    "taken back": (half, undo),
}
"""What stands before an update, and how it is run."""


def strace(root: Path, act: Callable[[Path], None], *options: str) -> tuple[int, str]:
    """The exit status and the log of a process under strace that updates."""
    log = root.with_suffix(".log")
    command = [sys.executable, "-IBc", SCRIPT, str(TOP), act.__name__, str(root)]
    done = subprocess.run(["strace", "-f", "-y", "-o", log, *options, *command], capture_output=True)
    return done.returncode, log.read_text()


def changing_calls(root: Path, act: Callable[[Path], None]) -> list[tuple[str, int]]:
    """Each system call that changes the project: its name, and which one of that name in the process it is."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    status, log = strace(root, act, "-e", f"trace={SYSTEM_CALLS}")
    if status:
        pytest.skip("strace cannot trace here (ptrace is refused)")
    counts, calls = Counter[str](), []
    for name, rest in re.findall(r"^\d+ +(\w+)\((.*)", log, re.MULTILINE):
        counts[name] += 1
        if str(root) in rest and (name != "openat" or "O_CREAT" in rest):
            calls.append((name, counts[name]))
    return calls


@pytest.mark.parametrize("scene", SCENES)
def test_killed_before_any_change_the_next_one_goes_on(scene: str, fast: Path) -> None:
    begin, act = SCENES[scene]
    old = tree(begin(fast / "begun"))
    act(copied(fast / "begun", fast / "first"))  # compiles templates and keeps them: no later run does that again
    calls = changing_calls(copied(fast / "begun", fast / "whole"), act)
    new = tree(fast / "whole")
    assert new != old and ("api/Dockerfile" in new) == (scene == "conflicts")

    def kill(numbered: tuple[int, tuple[str, int]]) -> tuple[Path, str]:
        number, (name, which) = numbered
        root = copied(fast / "begun", fast / f"killed-{number}")
        status, _ = strace(root, act, "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={which}")
        assert status == -signal.SIGKILL
        return root, f"{name} {which}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        killed = list(pool.map(kill, enumerate(calls)))
    seen = Counter[str]()
    for root, point in killed:
        seen[state(copied(root, fast / "recovered"), old, new, point)] += 1
        act(root)
        assert tree(root) == new, point
    print(seen)
    assert seen["old"] > 10 and seen["new"] > 2


def state(root: Path, old: Tree, new: Tree, point: str) -> str:
    """Whether all is old or all is new once the write is over."""
    write.recover(root)
    now = tree(root)
    assert now in (old, new), (
        f"mixed after {point}: {[path for path in {*old, *new} if now.get(path) != old.get(path)]}"
    )
    return "old" if now == old else "new"


def copied(root: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(root, to, symlinks=True))


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_written_but_through_the_journal(scene: str, fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, act = SCENES[scene]
    old = tree(begin(fast / "begun"))

    def refused(*_: object) -> None:
        raise ScaffoldError("No.", "No.")

    monkeypatch.setattr(write, "_stage", refused)
    with pytest.raises(ScaffoldError, match=r"No\."):
        abort(str(fast / "begun"), Options()) if act is undo else anew(fast / "begun")
    assert tree(fast / "begun") == old


def held(root: Path) -> int:
    """Takes a project, as another process of ours does; it is let go of by closing what is given."""
    descriptor = os.open(root, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


@pytest.mark.parametrize("scene", SCENES)
def test_two_at_once_come_to_the_end_of_one(scene: str, fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, act = SCENES[scene]
    root = begin(fast / "shop")
    act(copied(root, fast / "alone"))
    monkeypatch.setattr(module, "WAIT", 60.0)
    waiting, told = os.pipe()

    def waits(_: float) -> None:
        os.write(told, str(os.getpid()).encode() + b"\n")
        resume(0.01)

    resume = exclusive.time.sleep
    monkeypatch.setattr(exclusive.time, "sleep", waits)
    descriptor = held(root)
    with ThreadPoolExecutor(2) as pool, open(waiting, "rb", buffering=0) as heard:
        running = [pool.submit(forked, lambda: act(root)) for _ in range(2)]
        seen = set[bytes]()
        while len(seen) < 2 and not all(one.done() for one in running):
            if select.select([heard], [], [], 0.1)[0]:
                seen |= {*heard.read(4096).split(b"\n")[:-1]}
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # the children have it open too
        os.close(descriptor)
        assert [one.result() for one in running] == [0, 0] and len(seen) == 2
    os.close(told)
    assert tree(root) == tree(fast / "alone") and not (root / JOURNAL).exists()


@pytest.mark.parametrize("scene", SCENES)
def test_one_that_was_killed_keeps_nobody_out(scene: str, fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, act = SCENES[scene]
    root = begin(fast / "shop")
    act(copied(root, fast / "alone"))
    step = 1
    while not (root / JOURNAL / "new-0").exists():
        shutil.rmtree(root)
        begin(root)
        assert stopped(step, lambda: act(root))
        step += 40
    monkeypatch.setattr(module, "WAIT", 0.0)
    act(root)
    assert tree(root) == tree(fast / "alone")


@pytest.mark.parametrize("words", [(), ("--abort",)])
def test_one_that_does_not_end_is_waited_for_and_said(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = half(tmp_path / "shop") if words else edited(tmp_path / "shop")
    old = tree(root)
    monkeypatch.setattr(module, "WAIT", 0.2)
    descriptor = held(root)
    done = inside.run("update", "--offline", *words, cwd=root)
    assert done.code == Transient.code == 75 and f"Another dockerscaffold writes in {root}." in done.err
    assert "Run the command again when it is done." in done.err and tree(root) == old
    assert inside.run("update", "--offline", *words, "--dry-run", cwd=root).code == 0
    os.close(descriptor)
    assert inside.run("update", "--offline", *words, cwd=root).code == 0


@pytest.mark.parametrize("scene", SCENES)
def test_full_disk(scene: str, disk: Path, tmp_path: Path) -> None:
    begin, act = SCENES[scene]
    begun = begin(tmp_path / "begun")
    old, seen = tree(begun), Counter[str]()
    act(copied(begun, tmp_path / "whole"))
    for free in range(0, 40, 2):
        root = copied(begun, disk / "shop")
        (disk / "filler").write_bytes(b"x" * 4096 * (os.statvfs(disk).f_bavail - free))
        try:
            act(root)
        except ScaffoldError as error:
            seen[error.fact] += 1
            assert error.remedy.startswith("Free some space") and tree(root) == old
        else:
            seen["written"] += 1
            assert tree(root) == tree(tmp_path / "whole")
        (disk / "filler").unlink()
    root = disk / "shop"
    assert set(seen) == {"written", f"Cannot write {root} (No space left on device), so nothing was written."}


@pytest.mark.parametrize("scene", SCENES)
def test_read_only_disk(scene: str, disk: Path) -> None:
    begin, act = SCENES[scene]
    root = begin(disk / "shop")
    old = tree(root)
    mount("-o", "remount,ro", str(disk))
    with pytest.raises(ScaffoldError, match=r"shop \(Read-only file system\), so nothing was written") as caught:
        act(root)
    assert "Mount the project writable" in caught.value.remedy and tree(root) == old


def given(root: Path, user: int = NOBODY) -> None:
    for place in (root, *root.rglob("*")):
        os.chown(place, user, user)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(
    ("path", "mode", "status"),
    [(".", 0o555, 2), (DOCKERFILE, 0o444, 0), (DOCKERFILE, 0, 2), (LOCK, 0, 2), (ANSWERS, 0, 2), (".", 0o311, 2)],
    ids=["folder", "file", "unreadable file", "unreadable lock", "unreadable answers", "unreadable folder"],
)
def test_what_is_not_allowed(path: str, mode: int, status: int, scene: str, fast: Path) -> None:
    """A file that is read-only is no refusal: its owner may replace it, and it stays read-only."""
    begin, act = SCENES[scene]
    root = begin(fast / "shop")
    given(root)
    (root / path).chmod(mode)
    old = tree(root)
    assert forked(lambda: act(root), user=NOBODY) == status
    assert (tree(root) == old) == (status == 2) and not (root / JOURNAL).exists()
    assert (root / path).stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
def test_a_project_of_somebody_else(fast: Path) -> None:
    root = edited(fast / "shop")
    old = tree(root)
    (root / IGNORED).chmod(0o644)
    assert forked(lambda: anew(root), user=NOBODY) == 2
    (root / IGNORED).chmod(0o600)
    assert tree(root) == old


@pytest.mark.parametrize("text", ["mine\n", None], ids=["swapped", "removed"])
@pytest.mark.parametrize(
    ("scene", "path"),
    [
        *(("joined", path) for path in (DOCKERFILE, LOCK)),
        *(("conflicts", path) for path in (DOCKERFILE, COMPOSE, LOCK, ANSWERS)),
        *(("taken back", path) for path in (DOCKERFILE, COMPOSE, "api/Dockerfile", LOCK, ANSWERS)),
    ],
)
def test_a_file_that_is_changed_meanwhile(
    scene: str, path: str, text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, act = SCENES[scene]
    root = begin(tmp_path / "shop")
    put_together, trees = module._put, list[Tree]()

    def swapped(result: module.Updated) -> module.Updated:
        remade.put(root, {path: text})
        trees.append(tree(root))
        return put_together(result)

    monkeypatch.setattr(module, "_put", swapped)
    with pytest.raises(ScaffoldError, match=f"^{re.escape(path)} was changed meanwhile, so nothing was written"):
        act(root)
    assert trees == [tree(root)]


@pytest.mark.parametrize("path", ["api/Dockerfile", DEPENDABOT])
def test_a_file_that_appears_meanwhile(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = contrary(tmp_path / "shop")
    put_together = module._put

    def appearing(result: module.Updated) -> module.Updated:
        remade.put(root, {path: "mine\n"})
        return put_together(result)

    monkeypatch.setattr(module, "_put", appearing)
    with pytest.raises(ScaffoldError, match="was changed meanwhile"):
        anew(root)
    assert (root / path).read_text() == "mine\n" and YOURS not in (root / DOCKERFILE).read_text()


def test_a_link_in_the_project_is_written_through(shop: Path) -> None:
    (shop / "docker").mkdir()
    (shop / DOCKERFILE).rename(shop / "docker/web")
    (shop / DOCKERFILE).symlink_to("docker/web")
    anew(shop)
    text = (shop / "docker/web").read_text()
    assert os.readlink(shop / DOCKERFILE) == "docker/web" and not (shop / "docker/web").is_symlink()
    assert "ENV FEATURE=on\n" in text and remade.NEW in text


def test_a_link_in_the_project_is_taken_back_through(tmp_path: Path) -> None:
    root = contrary(tmp_path / "shop")
    (root / DOCKERFILE).rename(root / "web")
    (root / DOCKERFILE).symlink_to("web")
    old = tree(root)
    anew(root)
    assert all(mark in (root / "web").read_text() for mark in (YOURS, BETWEEN, OURS))
    undo(root)
    now = tree(root)
    assert {path: now[path] for path in old} == old
    assert {*now} - {*old} <= {".github"} and (root / DOCKERFILE).is_symlink()


@pytest.mark.parametrize("to", ["../outside", "missing", DOCKERFILE])
def test_a_link_that_leads_elsewhere_is_refused(to: str, shop: Path) -> None:
    shutil.copy(shop / DOCKERFILE, shop.parent / "outside")
    (shop / DOCKERFILE).unlink()
    (shop / DOCKERFILE).symlink_to(to)
    old, outside = tree(shop), (shop.parent / "outside").read_bytes()
    with pytest.raises(ScaffoldError, match=r"Dockerfile is a link that leads|Dockerfile"):
        anew(shop)
    assert tree(shop) == old and (shop.parent / "outside").read_bytes() == outside
