"""Fields that controllers and API servers are known to write, from `data/drift_habits.json`."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

from auditor.kube.pointer import tokens


@dataclass(frozen=True, slots=True)
class Habit:
    """One field of one kind that something other than Git is known to set."""

    id: str
    group: str
    kind: str
    path: str
    """JSON pointer in which `*` stands for any item of a list."""
    by: Literal["controller", "api"]
    """`api`: the API server fills in or respells the field, and no field manager shows it."""
    managers: tuple[str, ...]
    """Names it has been seen under; others are possible."""


@lru_cache(maxsize=1)
def habits() -> tuple[Habit, ...]:
    """Read the table; it is package data and never changes."""
    text = (resources.files("auditor.argocd") / "data/drift_habits.json").read_text("utf-8")
    return tuple(Habit(**{**raw, "managers": tuple(raw["managers"])}) for raw in json.loads(text))


def habit_of(group: str, kind: str, pointer: str) -> Habit | None:
    """Return the habit that explains a write at `pointer` or above it."""
    path = tokens(pointer)
    for habit in habits():
        if (habit.group, habit.kind) == (group, kind) and _covers(tokens(habit.path), path):
            return habit
    return None


def _covers(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Say whether `path` is the field or inside it."""
    return len(pattern) <= len(path) and all(
        wanted in ("*", found) for wanted, found in zip(pattern, path, strict=False)
    )
