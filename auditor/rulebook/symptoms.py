"""What a reader sees, and the rules and known messages that answer it."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing a reader may come with."""

    id: str
    title: str
    rules: tuple[str, ...]
    """Ids in the order to look."""
    signatures: tuple[str, ...]
    """Ids of messages that are often seen with it."""


def symptoms(language: str) -> tuple[Symptom, ...]:
    """Return every symptom in `language`, the commonest first; KeyError where words are missing."""
    here = files("auditor.rulebook")
    titles = tomllib.loads((here / f"symptoms.{language}.toml").read_text("utf-8"))
    answers = tomllib.loads((here / "symptoms.toml").read_text("utf-8"))
    return tuple(
        Symptom(name, titles[name], tuple(answer["rules"]), tuple(answer["signatures"]))
        for name, answer in answers.items()
    )
