"""All files or none: puts texts in place so that a crash at any moment leaves the old ones or the new ones.

The folder `JOURNAL` in the project holds `new-N` and `old-N` for each file, and one record of them; for a file that is
removed nothing at first, and then `old-N`. While there is no record, nothing else was touched or all is done, and the
folder is litter. `commit` is carried on, `undo` is taken back.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.exclusive import exclusive
from scaffold.model import File, Outcome
from scaffold.places import JOURNAL, followed, reported, status


class Entry(NamedTuple):
    """A file in a record: its real path, how many of the folders above it are new, size and mtime (ns) of the old."""

    path: str
    fresh: int
    old: list[int] | None
    gone: bool = False
    """Whether it is removed, and so many folders above it with it, when they are empty; older records do not say so."""


def recover(root: Path) -> bool:
    """Finishes or undoes a write that was interrupted; True when there was one.

    ScaffoldError when that cannot be done now (the journal stays), Transient when another process writes.
    """
    root = Path(os.path.realpath(root))
    if not os.path.lexists(root / JOURNAL):
        return False
    with reported(root), exclusive(root):
        return _recover(root)


def put(root: Path, outcomes: Iterable[Outcome], folders: Mapping[str, int] = MappingProxyType({})) -> None:
    """Writes, all or none, what outcomes change; where something else than they saw stands by now, nothing.

    `folders` is, by path, how many above a file that is removed go with it when they are empty. Raises what `write`
    does.
    """
    changed = [outcome for outcome in outcomes if outcome.changes and outcome.what != "deleted"]
    if changed:
        files = [outcome.file for outcome in changed if outcome.what != "removed"]
        gone = {outcome.path: folders.get(outcome.path, 0) for outcome in changed if outcome.what == "removed"}
        write(root, files, {outcome.path: outcome.before for outcome in changed}, gone)


def write(
    root: Path,
    files: Sequence[File],
    known: Mapping[str, str | None] = MappingProxyType({}),
    gone: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Puts every file in place and removes those in `gone`, or does nothing; an interrupted write is recovered first.

    `gone` says of each how many folders above it are removed too, when they are empty then. `known` are texts that were
    seen at some of the paths, None for no file: where something else stands by now, nothing is written.

    Texts become UTF-8 (what `surrogateescape` read, the same bytes), newlines as given. A new file gets mode 0644 less
    the umask, an existing one keeps its mode.
    ScaffoldError when `places.target` refuses a path or the system refuses to write, Transient when another process
    writes.
    """
    root = Path(os.path.realpath(root))
    contents = [file.text.encode(errors="surrogateescape") for file in files]
    with reported(root), exclusive(root):
        _recover(root)
        paths = [*(file.path for file in files), *gone]
        places = [followed(root, path) for path in paths]
        counted = Counter(places)
        for path, place in zip(paths, places, strict=True):
            if counted[place] > 1:
                raise ScaffoldError(f"{path} and another file are both written to {place}.", "Remove the link.")
            if path in known and _content(place) != known[path]:
                raise _changed(path)
        os.mkdir(root / JOURNAL, 0o700)
        try:
            _stage(root, places, [*contents, *gone.values()])
            _finish(root)
        except BaseException:
            _abandon(root)
            raise
        with contextlib.suppress(OSError):  # all is in place, so this is a success; the next run clears the rest
            _clear(root)


def _stage(root: Path, places: Sequence[Path], contents: Sequence[bytes | int]) -> None:
    """Prepares what is to be at each place: bytes, or nothing, and so many folders above it no more."""
    journal = root / JOURNAL
    entries = []
    for index, (place, content) in enumerate(zip(places, contents, strict=True)):
        old = status(place)
        if isinstance(content, int):
            entries.append(Entry(place.relative_to(root).as_posix(), content, _stamp(old), gone=True))
            continue
        if old:
            try:
                os.link(place, journal / f"old-{index}")
            except OSError:  # vfat has no hard links; fs.protected_hardlinks refuses another owner's file
                _put(journal / f"old-{index}", place.read_bytes(), old)
        _put(journal / f"new-{index}", content, old)
        fresh = sum(not folder.exists() for folder in place.parents)
        entries.append(Entry(place.relative_to(root).as_posix(), fresh, _stamp(old)))
    _put(journal / "record", json.dumps(entries).encode(), None)
    _sync(journal)
    _sync(root)
    os.rename(journal / "record", journal / "commit")
    _sync(journal)


def _recover(root: Path) -> bool:
    journal = root / JOURNAL
    if not os.path.lexists(journal):
        return False
    if journal.is_symlink() or not journal.is_dir():  # a cloned repository may hold a link, to have files removed there
        raise ScaffoldError(f"{journal} is not a folder, so no write can be prepared in it.", f"Run rm {journal}.")
    if os.path.lexists(journal / "commit"):
        with contextlib.suppress(OSError, ScaffoldError):  # what cannot be finished is undone
            _finish(root)
    _abandon(root)
    return True


def _finish(root: Path) -> None:
    """Moves the new files into place, however many are there already. Without its record the write is over."""
    journal = root / JOURNAL
    entries = _entries(journal / "commit")
    for index, entry in enumerate(entries):
        if not _moved(journal, index, entry):
            place = followed(root, entry.path)  # again, as a cloned repository may hold a record too
            if _stamp(status(place)) != entry.old:
                raise _changed(str(place))
            if entry.gone:
                os.rename(place, journal / f"old-{index}")
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(journal / f"new-{index}", place)
    with contextlib.suppress(OSError):  # an empty folder that stays is no failure
        _remove_empty(root, [entry for entry in entries if entry.gone])
    _sync_above(root, entries)
    os.unlink(journal / "commit")


def _abandon(root: Path) -> None:
    """Moves the old files back, however many are back already, and removes the journal."""
    journal = root / JOURNAL
    with contextlib.suppress(FileNotFoundError):
        os.rename(journal / "commit", journal / "undo")  # from here on no run finishes it
        _sync(journal)
    if os.path.lexists(journal / "undo"):
        entries = _entries(journal / "undo")
        for index, entry in enumerate(entries):
            if _moved(journal, index, entry):  # or else what is there is not ours
                place = followed(root, entry.path)
                if entry.gone:  # and its folder with it
                    place.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileNotFoundError):
                    os.replace(journal / f"old-{index}", place) if entry.old else os.unlink(place)
        _remove_empty(root, [entry for entry in entries if not entry.gone])
        _sync_above(root, entries)
        os.unlink(journal / "undo")
    _clear(root)


def _remove_empty(root: Path, entries: Iterable[Entry]) -> None:
    for folder in [folder for entry in entries for folder in (root / entry.path).parents[: entry.fresh]]:
        if os.path.isdir(folder) and folder.resolve().is_relative_to(root) and not os.listdir(folder):
            os.rmdir(folder)


def _clear(root: Path) -> None:
    _sync(root / JOURNAL)
    for name in os.listdir(root / JOURNAL):
        os.unlink(root / JOURNAL / name)
    os.rmdir(root / JOURNAL)
    _sync(root)


def _moved(journal: Path, index: int, entry: Entry) -> bool:
    if entry.gone:
        return os.path.lexists(journal / f"old-{index}")
    return not os.path.lexists(journal / f"new-{index}")


def _entries(record: Path) -> list[Entry]:
    try:
        read = json.loads(record.read_bytes())
        return [Entry(str(path), int(fresh), old, any(gone)) for path, fresh, old, *gone in read]
    except (ValueError, TypeError):
        remedy = f"Run rm -r {record.parent}, and see what changed (git status)."
        raise ScaffoldError(f"{record} is damaged, so its write can be neither finished nor undone.", remedy) from None


def _changed(shown: str) -> ScaffoldError:
    return ScaffoldError(f"{shown} was changed meanwhile, so nothing was written.", "Run the command again.")


def _content(place: Path) -> str | None:
    try:
        return place.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:
        return None


def _stamp(info: os.stat_result | None) -> list[int] | None:
    return [info.st_size, info.st_mtime_ns] if info else None


def _put(path: Path, content: bytes, like: os.stat_result | None) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as out:
        out.write(content)
        out.flush()
        if like:
            with contextlib.suppress(PermissionError):  # only root gives files away
                os.fchown(out.fileno(), like.st_uid, like.st_gid)
            os.fchmod(out.fileno(), stat.S_IMODE(like.st_mode))
        os.fsync(out.fileno())


def _sync_above(root: Path, entries: Sequence[Entry]) -> None:
    for folder in {above for entry in entries for above in (root / entry.path).parents if above.is_relative_to(root)}:
        with contextlib.suppress(FileNotFoundError):
            _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # shared folders of virtual machines (vboxsf) have no fsync of folders
            raise
    finally:
        os.close(descriptor)
