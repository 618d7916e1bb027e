"""What each ignore rule of an Application holds back, over everything the Application renders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.field_owners import Writers
from auditor.argocd.held_changes import HeldChange, held_changes
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import applies_to, hidden_fields
from auditor.argocd.operation_options import RESPECT
from auditor.argocd.settings import Settings
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class HeldByEntry:
    """The changes behind one rule."""

    entry: IgnoreRule
    changes: tuple[HeldChange, ...]

    @property
    def objects(self) -> tuple[ResourceRef, ...]:
        """Return the objects they are in, each once, in order of their labels."""
        return tuple(sorted({c.object for c in self.changes}, key=lambda ref: ref.label))


def is_about_to_sync(app: Application) -> bool:
    """Say whether a sync is due that takes the ignored fields along."""
    policy = app.live_policy or app.policy
    is_out = app.status is not None and app.status.sync == "OutOfSync"
    return is_out and policy.is_automated and not policy.options.has(RESPECT)


def held_by_entries(
    app: Application, pairs: Iterable[Pair], settings: Settings, writers: Writers
) -> Iterator[HeldByEntry | Gap]:
    """Yield the rules that hold something back, and why some objects could not be compared."""
    known = tuple(pairs)
    for entry in app.ignore_rules:
        changes: list[HeldChange] = []
        for pair in known:
            if not applies_to(entry, pair.target.raw, pair.namespace):
                continue
            found = _held(app, entry, pair, settings, writers)
            if isinstance(found, Gap):
                yield found
            else:
                changes += found
        if changes:
            yield HeldByEntry(entry, tuple(changes))


def _held(
    app: Application, entry: IgnoreRule, pair: Pair, settings: Settings, writers: Writers
) -> tuple[HeldChange, ...] | Gap:
    ref = pair.target.ref
    if (ref.group, ref.kind) != ("", "Secret"):
        return held_changes(app, entry, pair, settings, writers)
    is_hidden = hidden_fields(entry, pair.target.raw)
    return Gap("secret_values_not_read", {"object": ref.label}) if is_hidden else ()
