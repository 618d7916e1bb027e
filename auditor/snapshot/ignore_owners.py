"""Derived: everything that may hold ignore rules, Applications and the installation."""

from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.system_rules import SystemRules
from auditor.argocd.unmatched_entries import GroupKind
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

IgnoreOwner = Application | SystemRules


def _owners(snapshot: Snapshot) -> tuple[IgnoreOwner, ...] | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    settings = snapshot.look(sections.LIVE_SETTINGS)
    found = settings.items if isinstance(settings, Collected) else ()
    held = (SystemRules.of(item) for item in found if item.ref.name == "argocd-cm")
    return (*applications, *(system for system in held if system.ignore_rules))


IGNORE_OWNERS: Final[Derived[tuple[IgnoreOwner, ...]]] = Derived("ignore_owners", _owners)
"""The Applications, then argocd-cm where it holds ignore rules of its own."""


def _served(snapshot: Snapshot) -> frozenset[GroupKind]:
    """Return group and kind of what the cluster serves; nothing where discovery was not read."""
    look = snapshot.look(sections.LIVE_KINDS)
    items = look.items if isinstance(look, Collected) else ()
    return frozenset((str(i.raw.get("group", "")), str(i.raw.get("kind", ""))) for i in items)


SERVED_KINDS: Final[Derived[frozenset[GroupKind]]] = Derived("served_kinds", _served)
