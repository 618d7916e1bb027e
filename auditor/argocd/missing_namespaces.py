"""Whether anything will make a namespace that objects go to, and what a sync does until then."""

from collections.abc import Mapping
from enum import StrEnum

from auditor.argocd.application import Application
from auditor.argocd.namespaces import not_found
from auditor.argocd.providers import Order, Providers, Way
from auditor.kube.gap import Gap


class Lack(StrEnum):
    """How a namespace is missing."""

    NOBODY = ""
    """It is not there, and nothing creates it."""
    LATE = "late"
    """Something creates it, but not before it is needed."""
    FAILING = "failing"
    """Argo CD has tried and did not find it."""
    DECLARED = "declared"
    """The cluster was not read; what was read makes other namespaces there, not this one."""


def lack_of(
    app: Application, namespace: str, unread: Gap | None, providers: Providers
) -> Lack | Gap | None:
    """Return how it is missing, why that is not known, or None where all is well.

    `unread` says why the namespace was not looked up; None: it was, and does not exist.
    """
    made = providers.ordered(app, namespace)
    fails = namespace in not_found(app.status)
    if unread:
        if made:  # whether it comes in time is another rule's question
            return None
        if fails and app.status and app.status.operation and app.status.operation.is_running:
            return Lack.FAILING
        return Lack.DECLARED if providers.make_others(app, namespace) else unread
    orders = {one.order for one in made if one.provider.way is not Way.FILE}
    if orders & {Order.SELF, Order.BEFORE} or (Order.UNKNOWN in orders and not fails):
        return None
    if fails:
        return Lack.FAILING
    return Lack.LATE if orders else Lack.NOBODY


def what_must_exist(unseen: Mapping[str, Gap]) -> Gap:
    """Return one reason for all namespaces that could not be judged, which names them."""
    names = ", ".join(unseen)
    why = next(iter(unseen.values()))
    match why.code:
        case "no_cluster":
            return Gap("namespace_must_exist", {"namespaces": names})
        case "cluster_outside_snapshot":
            return Gap(why.code, {**why.facts, "namespaces": names})
        case _:
            return why
