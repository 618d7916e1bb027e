"""Incidents that pages name as sources: what happened, and the public threads that tell it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong at somebody's."""

    id: str
    """Such as `I-12`, as `sources` of a page has it."""
    title: str
    threads: tuple[str, ...]
    """Such as `argoproj/argo-cd#7412`, an issue or a pull request on GitHub."""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Return (thread, URL) of each thread; GitHub leads from issues to pull requests."""
        return tuple((t, f"https://github.com/{t.replace('#', '/issues/')}") for t in self.threads)


def incidents(language: str) -> Mapping[str, Incident]:
    """Return every incident by its id; raise KeyError where `language` has no title."""
    text = (files("auditor.rulebook") / "incidents.toml").read_text("utf-8")
    return {
        name: Incident(name, entry[language], tuple(entry["threads"]))
        for name, entry in tomllib.loads(text).items()
    }
