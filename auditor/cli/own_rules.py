"""Rules that a team wrote in YAML, read from the files and folders it names."""

import errno
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from auditor.rulebook import Rule
from auditor.rulebook.bad_rule import BadRule
from auditor.rulebook.declarative import declared

_SUFFIXES: Final = (".yaml", ".yml")


def own(places: Iterable[Path], known: Iterable[Rule[Any, Any]] = ()) -> tuple[Rule[Any, Any], ...]:
    """Return the rules in `places`, files or folders, in id order; raise BadRule, OSError.

    An id that one of `known` has, or a chapter of theirs, is refused: a finding must not be taken
    for one of another rule.
    """
    found = [(declared(_text(file), str(file)), file) for file in _files(places)]
    chapters = {rule.chapter for rule in known}
    twice = Counter(rule.id for rule, _ in found)
    for rule, file in found:
        if twice[rule.id] > 1 or rule.chapter in chapters:
            raise BadRule("own_rule_id", file=str(file), id=rule.id)
    return tuple(sorted((rule for rule, _ in found), key=lambda rule: rule.id))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadRule("own_rule_unreadable", file=str(file), reason=str(error)) from error


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(path for path in place.iterdir() if path.suffix in _SUFFIXES)
        elif place.is_file():
            yield place
        else:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))
