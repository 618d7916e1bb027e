"""What every part of a report is written from: the audit, the words, the pages, the names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from auditor.argocd.application import Application
from auditor.engine.result import Audit
from auditor.findings import Severity
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.report.finding_view import Place
from auditor.report.words import Words, load
from auditor.rulebook import Rule
from auditor.rulebook.page import Page, read
from auditor.snapshot.derived import APPLICATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Everything about a report that an audit does not know."""

    language: str = "en"
    zone: tzinfo = UTC
    system: str = ""
    """Name of the platform; empty: the host of the cluster, else the repository."""
    classification: str = "internal"
    threshold: Severity = Severity.LOW
    digest: str = ""
    """SHA-256 of the snapshot, where it is known already; empty: it is worked out."""
    arguments: tuple[str, ...] = ()
    """The command line of this run, without secrets; empty: the collector's."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An audit on the desk, looked up for one language."""

    audit: Audit
    edition: Edition
    words: Words
    pages: Mapping[str, Page]
    applications: Mapping[ResourceRef, Application]
    ambiguous: frozenset[str]
    """Names of Applications that more than one namespace has."""

    @classmethod
    def of(cls, audit: Audit, edition: Edition) -> "Draft":
        """Read words; pages are read when they are asked for, FileNotFoundError where missing."""
        found = audit.snapshot.look(APPLICATIONS)
        known = found if isinstance(found, tuple) else ()
        count = Counter(app.ref.name for app in known)
        return cls(
            audit,
            edition,
            load(edition.language, edition.zone),
            _Pages({rule.id: rule for rule in audit.rules}, edition.language),
            {app.ref: app for app in known},
            frozenset(name for name, times in count.items() if times > 1),
        )

    def subject(self, ref: ResourceRef) -> str:
        """Return how the report calls an object: an Application by its bare name where it can."""
        if ref.kind != "Application":
            return ref.label
        return ref.qualified if ref.name in self.ambiguous else ref.name

    def declared(self, ref: ResourceRef) -> Manifest | None:
        """Return what Git declares of an Application, if it does."""
        app = self.applications.get(ref)
        return app.declared if app else None

    def live(self, ref: ResourceRef) -> Manifest | None:
        """Return the Application as it is in the cluster, if it is."""
        app = self.applications.get(ref)
        return app.live if app else None

    def place(self, manifest: Manifest, pointer: str = "") -> Place:
        """Return where `pointer` of `manifest` is written."""
        match manifest.origin:
            case GitOrigin(repository, commit, path):
                return Place("git", repository, commit, path, manifest.line(pointer))
            case RenderedOrigin(_, repository, commit, path):
                return Place("rendered", repository, commit, path, None)
            case LiveOrigin(cluster):
                return Place("live", cluster, "", manifest.ref.label, None)

    def gap(self, gap: Gap, part: str) -> str:
        """Return the `title`, the `says` or the `remedy` of a gap; unknown codes have generic ones.

        A fact that the gap does not carry is left out of the sentence as n/a.
        """
        code = gap.code if self.words.has(f"gap.{gap.code}") else "other"
        told = {k: v for k, v in gap.facts.items() if v not in ("", None)}
        facts = ", ".join(f"{k}={v}" for k, v in sorted(told.items()))
        if gap.facts.get("namespace") == "":
            told["namespace"] = self.words.table["everywhere"]
        # Why a folder was not built is a gap of its own, with words of its own.
        if self.words.has(f"gap.{told.get('reason')}.title"):
            told["reason"] = self.words.text(f"gap.{told['reason']}.title")
            told.setdefault("message", "")
        known = {"code": gap.code, "facts": facts or self.words.table["none"], **told}
        return self.words.fill(self.words.table["gap"][code][part], known).rstrip()


class _Pages(dict[str, Page]):
    """Pages by rule, each read when it is first looked at."""

    def __init__(self, rules: Mapping[str, Rule[Any, Any]], language: str) -> None:
        super().__init__()
        self._rules = rules
        self._language = language

    def __missing__(self, rule: str) -> Page:
        page = self[rule] = read(self._rules[rule], self._language)
        return page


def field_name(raw: Any, pointer: str) -> str:
    """Return `spec.syncPolicy.syncOptions[1]`; items of lists by name where they have one."""
    here = raw
    out = ""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list):
            here = here[int(key)] if key.isdigit() and int(key) < len(here) else None
            named = here.get("name") if isinstance(here, Mapping) else None
            out += f"[{named}]" if isinstance(named, str) else "[]" if key == "-" else f"[{key}]"
            continue
        here = here.get(key) if isinstance(here, Mapping) else None
        plain = key.replace("-", "").replace("_", "").isalnum()
        out += f".{key}" if plain else f"[{key}]"
    return out.removeprefix(".")
