"""Versions and constraints; mirrors Masterminds `semver/v3` and Argo CD's `versions/tags.go`."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_MAX_LENGTH: Final = 512
_MAX_GROUPS: Final = 32
_LOOSE: Final = (
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
_STRICT_NUMBER: Final = re.compile(r"0|[1-9][0-9]*")
_PART: Final = r"[0-9|x|X|\*]+"
_WORDS: Final = r"[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*"
_VERSION: Final = rf"v?{_PART}(?:\.{_PART})?(?:\.{_PART})?(?:-{_WORDS})?(?:\+{_WORDS})?"
_PARTS: Final = re.compile(
    rf"v?({_PART})(?:\.({_PART}))?(?:\.({_PART}))?(?:-({_WORDS}))?(?:\+{_WORDS})?"
)
_OPERATORS: Final = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"
# Alternatives are tried from the left here as in Go, so that longer ones need no order.
_ONE: Final = re.compile(rf"\s*({_OPERATORS})\s*({_VERSION})\s*")
_FIND: Final = re.compile(rf"(?:{_OPERATORS})\s*(?:{_VERSION})")
_VALID: Final = re.compile(
    rf"(?:\s*(?:{_OPERATORS})\s*(?:{_VERSION})\s*)"
    rf"(?:(?:\s+|,\s*)(?:{_OPERATORS})\s*(?:{_VERSION})\s*)*"
)
_HYPHEN: Final = re.compile(rf"\s*({_VERSION})\s+-\s+({_VERSION})\s*")
_WILD: Final = ("x", "X", "*")


class BadVersion(ValueError):
    """A text that is no version, or no constraint."""


@dataclass(frozen=True, slots=True)
class Version:
    """A semantic version, minor and patch 0 where they are left out."""

    major: int
    minor: int
    patch: int
    before: str = ""
    """The pre-release."""


@dataclass(frozen=True, slots=True)
class _Constraint:
    operator: str
    version: Version
    is_loose: bool = False
    any_minor: bool = False
    any_patch: bool = False


def version(text: str) -> Version:
    """Read a version, `v` and missing parts allowed; raise BadVersion (`NewVersion`)."""
    found = re.fullmatch(_LOOSE, text, re.ASCII)
    if found is None:
        raise BadVersion(text)
    numbers = found[1], found[2] or "0", found[3] or "0"
    words = (found[4] or "").split(".")
    if any(word.isdigit() and not _STRICT_NUMBER.fullmatch(word) for word in words):
        raise BadVersion(text)
    return Version(int(numbers[0]), int(numbers[1]), int(numbers[2]), found[4] or "")


def compare(left: Version, right: Version) -> int:
    """Return -1, 0 or 1 in the order of semver.org."""
    one, two = _numbers(left), _numbers(right)
    if one != two:
        return 1 if one > two else -1
    return _compare_before(left.before, right.before)


def allows(constraint: str, candidate: Version) -> bool:
    """Say whether a constraint such as `>=1.2 <2 || 3.x` allows a version; raise BadVersion."""
    return any(_group_allows(group, candidate) for group in _parsed(constraint))


def is_constraint(text: str) -> bool:
    """Say whether a revision is a constraint and no plain version (`IsConstraint`)."""
    try:
        version(text)
    except BadVersion:
        pass
    else:
        return False
    try:
        _parsed(text)
    except BadVersion:
        return False
    return True


def highest(constraint: str, names: Iterable[str], prefix: str = "") -> str | None:
    """Return the highest of `names` (tags, versions of a chart) a constraint allows (`MaxVersion`).

    Only names with `prefix` count, without it; raise BadVersion for no constraint.
    """
    groups = _parsed(constraint)
    found: dict[str, Version] = {}
    for name in names:
        if not name.startswith(prefix):
            continue
        try:
            candidate = version(name.removeprefix(prefix))
        except BadVersion:
            continue
        if any(_group_allows(group, candidate) for group in groups):
            found[name] = candidate
    best: str | None = None
    for name, candidate in found.items():
        if best is None or compare(candidate, found[best]) > 0:
            best = name
    return best


def _numbers(given: Version) -> tuple[int, int, int]:
    return given.major, given.minor, given.patch


def _compare_before(left: str, right: str) -> int:
    if left == right:
        return 0
    if not left or not right:
        return 1 if not left else -1
    one, two = (tuple(map(_word_key, text.split("."))) for text in (left, right))
    return 1 if one > two else -1


def _word_key(word: str) -> tuple[int, int, str]:
    return (0, int(word), "") if word.isdigit() else (1, 0, word)


def _parsed(text: str) -> list[list[_Constraint]]:
    if len(text) > _MAX_LENGTH:
        raise BadVersion(text)
    for found in _HYPHEN.finditer(text):
        text = text.replace(found[0], f">= {found[1]}, <= {found[2]} ", 1)
    groups = text.split("||")
    if len(groups) > _MAX_GROUPS:
        raise BadVersion(text)
    return [_group(group) for group in groups]


def _group(text: str) -> list[_Constraint]:
    if not _VALID.fullmatch(text):
        raise BadVersion(text)
    return [_constraint(part) for part in _FIND.findall(text)]


def _constraint(text: str) -> _Constraint:
    found = _ONE.fullmatch(text)
    parts = _PARTS.fullmatch(found[2]) if found is not None else None
    if found is None or parts is None:
        raise BadVersion(text)
    major, minor, patch, before = parts.groups(default="")
    end = f"-{before}" if before else ""
    if major in _WILD:
        return _Constraint(found[1], version(f"0.0.0{end}"), is_loose=True)
    if minor in ("", *_WILD):
        lowest = version(f"{major}.0.0{end}")
        return _Constraint(found[1], lowest, is_loose=True, any_minor=True)
    if patch in ("", *_WILD):
        lowest = version(f"{major}.{minor}.0{end}")
        return _Constraint(found[1], lowest, is_loose=True, any_patch=True)
    return _Constraint(found[1], version(f"{major}.{minor}.{patch}{end}"))


def _group_allows(group: list[_Constraint], candidate: Version) -> bool:
    # A pre-release counts only where a constraint of the group names one.
    if candidate.before and not any(one.version.before for one in group):
        return False
    return all(_CHECKS[one.operator](candidate, one) for one in group)


def _equal(given: Version, one: _Constraint) -> bool:
    return _tilde(given, one) if one.is_loose else compare(given, one.version) == 0


def _unequal(given: Version, one: _Constraint) -> bool:
    if not one.is_loose:
        return compare(given, one.version) != 0
    if given.major != one.version.major:
        return True
    if one.any_minor:
        return False
    if given.minor != one.version.minor:
        return True
    if one.any_patch:
        return _compare_before(given.before, one.version.before) != 0
    return compare(given, one.version) != 0


def _above(given: Version, one: _Constraint) -> bool:
    if not one.is_loose or given.major != one.version.major:
        return compare(given, one.version) > 0
    if one.any_minor:
        return False
    if one.any_patch:
        return given.minor > one.version.minor
    return compare(given, one.version) > 0


def _at_most(given: Version, one: _Constraint) -> bool:
    if not one.is_loose:
        return compare(given, one.version) <= 0
    if given.major != one.version.major:
        return given.major < one.version.major
    return one.any_minor or given.minor <= one.version.minor


def _tilde(given: Version, one: _Constraint) -> bool:
    if compare(given, one.version) < 0:
        return False
    if _numbers(one.version) == (0, 0, 0) and not one.any_minor and not one.any_patch:
        return True
    if given.major != one.version.major:
        return False
    return one.any_minor or given.minor == one.version.minor


def _caret(given: Version, one: _Constraint) -> bool:
    if compare(given, one.version) < 0 or given.major != one.version.major:
        return False
    if one.version.major > 0 or one.any_minor:
        return True
    if one.version.minor > 0 or one.any_patch:
        return given.minor == one.version.minor
    return given.minor == 0 and given.patch == one.version.patch


_CHECKS: Final[Mapping[str, Callable[[Version, _Constraint], bool]]] = {
    "": _equal,
    "=": _equal,
    "!=": _unequal,
    ">": _above,
    "<": lambda given, one: compare(given, one.version) < 0,
    ">=": lambda given, one: compare(given, one.version) >= 0,
    "=>": lambda given, one: compare(given, one.version) >= 0,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
