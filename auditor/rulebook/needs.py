"""Which raw sections a choice of rules reads: found by asking, so that no list can be wrong."""

from collections.abc import Iterable
from typing import Any

from auditor.rulebook.rule import Rule
from auditor.snapshot import Collected, Look, Snapshot


class _Recorder:
    """Stands in for the sections of an empty installation, and notes what is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def get(self, name: str, default: Look | None = None) -> Look:
        del default
        self.asked.add(name)
        return Collected(())


def raw_sections(rules: Iterable[Rule[Any, Any]]) -> frozenset[str]:
    """Return the names of the sections that `rules` look at, directly or through others."""
    recorder = _Recorder()
    sections: Any = recorder
    snapshot = Snapshot(sections)
    for rule in rules:
        for section in (rule.over, *rule.needs, *rule.uses):
            snapshot.look(section)
    return frozenset(recorder.asked)
