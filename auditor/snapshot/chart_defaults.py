"""Derived: Applications that come of a chart which nothing read installs, built with its values.

Whoever installs it gives others: Terraform, a bootstrap script, a plugin.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd.application import Application, identity
from auditor.argocd.chart_defaults import has_hole
from auditor.kube.gap import Gap
from auditor.kube.origin import Origin, RenderedOrigin
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.snapshot import Snapshot

_Maker = tuple[str, str]
"""Kind and `namespace/name`."""


@dataclass(frozen=True, slots=True)
class ChartDefaults:
    """The places where Git declares what makes Applications."""

    origins: Mapping[_Maker, tuple[Origin, ...]] = field(default_factory=dict)

    def left_open(self, app: Application, text: str = "") -> Gap | None:
        """Return why an empty field, or a `text` with a hole where a value belongs, is no mistake.

        Somewhere above is a chart of which only its own values are known.
        """
        if app.live or app.declared is None or (text and not has_hole(text)):
            return None
        origin = app.declared.origin
        if not isinstance(origin, RenderedOrigin) or not (chart := self._chart(origin, ())):
            return None
        return Gap("chart_values_not_given", {"chart": chart, "path": origin.path})

    def _chart(self, origin: Origin, below: tuple[_Maker, ...]) -> str:
        if not isinstance(origin, RenderedOrigin):
            return ""
        if origin.kind == "Chart":
            return origin.application
        maker = (origin.kind, origin.application)
        if maker in below:
            return ""
        found = [self._chart(above, (*below, maker)) for above in self.origins.get(maker, ())]
        return found[0] if found and all(found) else ""


def _chart_defaults(snapshot: Snapshot) -> ChartDefaults:
    look = snapshot.look(sections.GIT_MANIFESTS)
    found: dict[_Maker, list[Origin]] = defaultdict(list)
    for item in look.items if isinstance(look, Collected) else ():
        if item.ref.kind in ("Application", "ApplicationSet"):
            found[item.ref.kind, identity(item).qualified].append(item.origin)
    return ChartDefaults({maker: tuple(origins) for maker, origins in found.items()})


CHART_DEFAULTS: Final[Derived[ChartDefaults]] = Derived("chart_defaults", _chart_defaults)
