"""The fixed words of the report, and how facts are written in them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from importlib.resources import files
from typing import Any, Final

from auditor.kube.ref import ResourceRef

LISTED: Final = 3
"""Items of a list that are named in a sentence; of the rest only the number is given."""

_PLACES: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, and the reader's time zone."""

    table: Mapping[str, Any]
    zone: tzinfo = UTC

    def text(self, key: str, /, **facts: object) -> str:
        """Return the words at the dotted `key`, filled; raise KeyError where there are none."""
        here: Any = self.table
        for step in key.split("."):
            here = here[step]
        if not isinstance(here, str):
            raise KeyError(key)
        return self.filled(here, facts)

    def filled(self, text: str, facts: Mapping[str, object]) -> str:
        """Return `text` with its placeholders filled; raise KeyError where a fact is missing.

        `{n}` is the number, `{n:check|checks}` the word that goes with it.
        """
        return text.format_map({name: _Said(fact, self.fact(fact)) for name, fact in facts.items()})

    def has(self, key: str) -> bool:
        """Say whether there are words at the dotted `key`."""
        here: Any = self.table
        for step in key.split("."):
            if not isinstance(here, Mapping) or step not in here:
                return False
            here = here[step]
        return True

    def fill(self, sentence: str, facts: Mapping[str, object]) -> str:
        """Return `sentence` with its placeholders filled; what is not known prints as n/a."""
        known = {name: _Said(fact, self.fact(fact)) for name, fact in facts.items()}
        return sentence.format_map(_Known(known, _Said(None, str(self.table["na"]))))

    def fact(self, fact: object) -> str:
        """Write one fact as a reader of this language expects it."""
        match fact:
            case None:
                return str(self.table["na"])
            case bool():
                return "true" if fact else "false"
            case int():
                return f"{fact:,}"
            case timedelta():
                return self.duration(fact)
            case datetime():
                return self.moment(fact)
            case list() | tuple() | set() | frozenset():
                return self.listed(sorted(fact) if isinstance(fact, set | frozenset) else fact)
            case ResourceRef():
                return fact.qualified if fact.kind == "Application" else fact.label
            case _:
                return str(fact)

    def listed(self, items: Sequence[object], most: int = LISTED) -> str:
        """Return `a, b and c`, or the first `most` and how many more there are."""
        texts = [self.fact(item) for item in items]
        if not texts:
            return str(self.table["none"])
        if len(texts) > most + 1:
            shown = ", ".join(texts[:most])
            return str(self.table["more_items"]).format(items=shown, n=len(texts) - most)
        if len(texts) == 1:
            return texts[0]
        shown = ", ".join(texts[:-1])
        return str(self.table["last_item"]).format(items=shown, last=texts[-1])

    def duration(self, length: timedelta) -> str:
        """Return the two largest units: `3 d 4 h`, `2분 35초`; `350 ms` below a second."""
        unit = self.table["unit"]
        sign = "-" if length < timedelta() else ""
        left = abs(length)
        if timedelta() < left < timedelta(seconds=1):
            return f"{sign}{left // timedelta(milliseconds=1)}{unit['space']}{unit['millisecond']}"
        seconds = left // timedelta(seconds=1)
        parts = []
        for name, size in _PLACES:
            count, seconds = divmod(seconds, size)
            if count:
                parts.append(f"{count}{unit['space']}{unit[name]}")
        return sign + " ".join(parts[:2] or [f"0{unit['space']}{unit['second']}"])

    def moment(self, when: datetime) -> str:
        """Return `2026-11-23 02:00:05+09:00` in the reader's zone."""
        return self._local(when).isoformat(sep=" ", timespec="seconds")

    def _local(self, when: datetime) -> datetime:
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        try:
            return aware.astimezone(self.zone)
        except OverflowError:
            # the first and the last day there are, as objects may claim them
            return aware

    def day(self, when: datetime) -> str:
        """Return the date with its weekday."""
        local = self._local(when)
        weekday = self.table["weekdays"][local.weekday()]
        return str(self.table["date"]).format(date=local.date().isoformat(), weekday=weekday)

    def share(self, part: int, whole: int) -> str:
        """Return a percentage with its denominator, rounded down; n/a for 0/0."""
        if not whole:
            return str(self.table["na"])
        tenths = 1000 * part // whole
        percent = f"{tenths // 10}.{tenths % 10}"
        return str(self.table["percent"]).format(percent=percent, n=f"{part:,}", of=f"{whole:,}")


@dataclass(frozen=True, slots=True)
class _Said:
    """A fact as text; with a specification `one|many` the word that agrees with it."""

    fact: object
    text: str

    def __format__(self, specification: str) -> str:
        one, bar, many = specification.partition("|")
        if not bar:
            return self.text
        return one if self.fact == 1 else many


class _Known(dict[str, _Said]):
    """Facts of a sentence; a placeholder without one must not hide the whole finding."""

    def __init__(self, known: Mapping[str, _Said], absent: _Said) -> None:
        super().__init__(known)
        self._absent = absent

    def __missing__(self, key: str) -> _Said:
        return self._absent


def load(language: str, zone: tzinfo = UTC) -> Words:
    """Return the words of `language`, `en` or `ko`; raise FileNotFoundError for another."""
    path = files("auditor.report") / f"words.{language}.toml"
    return Words(tomllib.loads(path.read_text(encoding="utf-8")), zone)
