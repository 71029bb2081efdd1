"""Who may read the documents of a folder: as ``kingpost.folder.toml`` in it, or in the nearest one above, says."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field

from kingpost.types.documents import EVERYONE

PERMISSIONS_FILE = "kingpost.folder.toml"
LARGEST = 64 * 1024
KEYS = frozenset({"groups"})
NEXT = 'mend the file, for example: groups = ["fire"]'


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Groups that may read, or why nobody may."""

    groups: tuple[str, ...] = EVERYONE
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """``read(folder)`` gives the bytes of a folder's permissions file, None where there is none, or raises ``OSError``.

    A file that is wrong lets nobody in: better an answer that is missed than a document shown to the wrong person.
    """

    read: Callable[[str], bytes | None]
    above: Permission = field(default_factory=Permission)
    """Of the top folder, where it has no file of its own."""
    _known: dict[str, Permission] = field(default_factory=dict)

    def of(self, folder: str) -> Permission:
        """The permission of a folder, by its path inside the source (the top one is empty)."""
        if folder not in self._known:
            self._known[folder] = self._own(folder) or (self.of(folder.rpartition("/")[0]) if folder else self.above)
        return self._known[folder]

    def _own(self, folder: str) -> Permission | None:
        name = f"{folder}/{PERMISSIONS_FILE}".lstrip("/")
        try:
            content = self.read(folder)
        except OSError as error:
            return unreadable(name, error)
        return None if content is None else permission(name, content)


def permission(name: str, content: bytes) -> Permission:
    """What a permissions file says."""
    if len(content) > LARGEST:
        return _nobody(f"{name} has more than {LARGEST // 1024} kB")
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _nobody(f"{name} is not UTF-8 text (byte {error.start + 1})")
    except tomllib.TOMLDecodeError as error:
        return _nobody(f"{name} is not valid TOML: {error}")
    unknown = sorted(said.keys() - KEYS)
    if unknown:
        place = _line(content, unknown[0])
        return _nobody(f"{name}{place}: unknown key {unknown[0]!r}; known: {', '.join(sorted(KEYS))}")
    groups = said.get("groups")
    if not isinstance(groups, list) or not groups or not all(isinstance(g, str) and g.strip() for g in groups):
        return _nobody(f"{name}{_line(content, 'groups')}: groups has to be a list of names")
    return Permission(groups=tuple(sorted({group.strip() for group in groups})))


def unreadable(name: str, error: OSError) -> Permission:
    """Of a permissions file that is there, but cannot be read."""
    return _nobody(f"{name} cannot be read ({error.strerror})")


def _nobody(refused: str) -> Permission:
    return Permission(groups=(), refused=refused)


def _line(content: bytes, key: str) -> str:
    """Where a key stands, as far as a look at the lines tells."""
    for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        if line.strip().lstrip("[\"'").startswith(key):
            return f", line {number}"
    return ""
