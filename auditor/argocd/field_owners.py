"""Who wrote a field: Argo CD, a person, or something else that runs in the cluster."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auditor.kube.managed_fields import FieldOwner, owners
from auditor.kube.moment import moment

ARGOCD_MANAGERS: Final = (
    "argocd-controller",
    "argocd-application-controller",
    "argocd-applicationset-controller",
    "argocd",
)
BY_HAND: Final = r"^kubectl(-|$)|^k9s$|(?i:^lens\b|^OpenLens\b)|^argocd-server$"


@dataclass(frozen=True, slots=True)
class Writers:
    """How field managers are told apart; both parts are options of the rules that ask."""

    argocd_managers: tuple[str, ...] = ARGOCD_MANAGERS
    by_hand: str = BY_HAND
    """Regular expression that is searched in the manager's name."""

    def is_argocd(self, manager: str) -> bool:
        """Say whether the name is one Argo CD writes under."""
        return manager in self.argocd_managers

    def is_by_hand(self, manager: str) -> bool:
        """Say whether a person wrote: kubectl, a desktop client, the UI of Argo CD."""
        return re.search(self.by_hand, manager) is not None

    def is_other(self, manager: str) -> bool:
        """Say whether it is a writer that will write again by itself."""
        return bool(manager) and not self.is_argocd(manager) and not self.is_by_hand(manager)

    def others(self, found: Iterable[FieldOwner]) -> tuple[FieldOwner, ...]:
        """Return the owners that are neither Argo CD nor a person, the latest first."""
        return _latest_first(
            o for o in found if o.subresource != "status" and self.is_other(o.manager)
        )

    def people(self, found: Iterable[FieldOwner]) -> tuple[FieldOwner, ...]:
        """Return the owners that are people, the latest first."""
        return _latest_first(o for o in found if self.is_by_hand(o.manager))


def writers_of(live: Mapping[str, Any] | None, pointer: str) -> tuple[FieldOwner, ...]:
    """Return who owns what stands at `pointer` of a live object; none where nothing does."""
    return _latest_first(owners(live, pointer)) if live is not None else ()


def written_at(owner: FieldOwner) -> datetime | None:
    """Return when the owner last wrote anything of its fields; None where that is not recorded."""
    return moment(owner.time)


def _latest_first(found: Iterable[FieldOwner]) -> tuple[FieldOwner, ...]:
    return tuple(sorted(found, key=lambda owner: (owner.time, owner.manager), reverse=True))
