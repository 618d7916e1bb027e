"""What pods and events say about workloads that do not get on."""

from typing import Final

from auditor.argocd.troubles import Troubles
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.sections import LIVE_EVENTS, LIVE_PODS
from auditor.snapshot.snapshot import Snapshot


def _troubles(snapshot: Snapshot) -> Troubles:
    pods, events = snapshot.look(LIVE_PODS), snapshot.look(LIVE_EVENTS)
    return Troubles.of(
        pods.items if isinstance(pods, Collected) else (),
        events.items if isinstance(events, Collected) else (),
    )


TROUBLES: Final[Derived[Troubles]] = Derived("troubles", _troubles)
"""Empty where neither could be read: then there is nothing to add to what Argo CD says."""
