"""Objects for a namespace that does not exist and that nothing creates."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.missing_namespaces import Lack, lack_of, what_must_exist
from auditor.argocd.namespaces import Use
from auditor.argocd.option_entries import CREATE_NAMESPACE, pointer_of
from auditor.argocd.providers import Providers
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES, RENDERED
from auditor.snapshot.namespaces_used import Namespaces, is_there, uses
from auditor.snapshot.providers import NAMESPACE_PROVIDERS, SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import Renderings

_DECLARED: Final = by_tier(production=Severity.MEDIUM, other=Severity.LOW)
_DESTINATION: Final = "/spec/destination/namespace"


@rule(
    "NS-001",
    severity=by_tier(production=Severity.CRITICAL, other=Severity.HIGH),
    over=APPLICATIONS,
    needs=(NAMESPACE_PROVIDERS, SEEN_CLUSTER),
    uses=(RENDERED, NAMESPACES),
    options=NoOptions,
)
def destination_namespace_is_missing(
    app: Application,
    _: NoOptions,
    providers: Providers,
    cluster: SeenCluster,
    renderings: Renderings,
    namespaces: Namespaces,
) -> Iterator[Breach | Unseen]:
    """Ask about every namespace that objects go to, not only about the destination's."""
    used = uses(app, renderings)
    if isinstance(used, Gap):
        yield Unseen(used)
        return
    unseen: dict[str, Gap] = {}
    for use in used:
        there = is_there(app, use.namespace, namespaces, cluster)
        if there is True:
            continue
        why = there if isinstance(there, Gap) else None
        found = lack_of(app, use.namespace, why, providers)
        if isinstance(found, Gap):
            unseen[use.namespace] = found
        elif found is not None:
            yield _breach(app, use, found)
    if unseen:
        yield Unseen(what_must_exist(unseen))


def _breach(app: Application, use: Use, lack: Lack) -> Breach:
    namespace = use.namespace
    is_destination = namespace == app.destination.namespace
    elsewhere = None if is_destination else use.manifest
    written = app.policy.options.value("CreateNamespace")
    option = "" if written is None else f"CreateNamespace={written}"
    at = pointer_of(app.spec, option)
    return Breach(
        at="/metadata/namespace" if elsewhere else _DESTINATION,
        manifest=elsewhere,
        variant=lack.value,
        facts={
            "namespace": namespace,
            "count": len(use.objects),
            "objects": use.objects,
            "option": option,
        },
        severity=_DECLARED if lack is Lack.DECLARED else None,
        basis=Basis.OBSERVED if lack is Lack.FAILING else Basis.DECLARED,
        group=f"{app.destination.cluster} {namespace}",
        identity=namespace,
        keys=frozenset({("namespace", namespace), ("option", CREATE_NAMESPACE)}),
        evidence=() if elsewhere else (_written(namespace),),
        fix=Fix((Edit("set", at, CREATE_NAMESPACE),)) if is_destination else None,
    )


def _written(namespace: str) -> Evidence:
    return Evidence(pointer=_DESTINATION, declared=namespace, is_declared=True)
