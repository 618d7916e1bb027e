"""What happens to workloads when an ApplicationSet stops generating their Applications.

Mirrors `RenderTemplateParams` of upstream `applicationset/utils/utils.go` and the generators.
"""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.application_fields import cascades
from auditor.argocd.applicationset_object import ApplicationSet, template_of
from auditor.kube.loose import is_true, text, texts

PRESERVE: Final = "/spec/syncPolicy/preserveResourcesOnDeletion"
POLICY: Final = "/spec/syncPolicy/applicationsSync"
_COMBINING: Final = ("matrix", "merge")
_IN_GIT: Final = ("list", "git")


def wanted_policy(applicationset: ApplicationSet) -> str:
    """Return `applicationsSync` as written; empty where nothing is asked for."""
    return text(applicationset.spec, "syncPolicy", "applicationsSync")


def generated_cascade(applicationset: ApplicationSet) -> bool:
    """Tell whether deleting a generated Application deletes its workloads (trap 29).

    Asked of the Applications where they are known, else of the template: without finalizers of its
    own each gets the one that cascades, unless resources are preserved.
    """
    known = applicationset.applications
    return any(cascades(app) for app in known) if known else _from_template(applicationset)


def has_own_finalizers(applicationset: ApplicationSet) -> bool:
    """Tell whether the template lists finalizers, which preserving resources does not undo."""
    return bool(_own_finalizers(applicationset))


def outside_generators(applicationset: ApplicationSet) -> tuple[str, ...]:
    """Return the kinds of generator whose items no commit decides, each once."""
    kinds = (kind for kind, _ in applicationset.generators)
    return tuple(dict.fromkeys(k for k in kinds if k not in (*_COMBINING, *_IN_GIT)))


def _from_template(applicationset: ApplicationSet) -> bool:
    own = _own_finalizers(applicationset)
    if own:
        return cascades({"metadata": {"finalizers": list(own)}})
    return not is_true(applicationset.spec, "syncPolicy", "preserveResourcesOnDeletion")


def _own_finalizers(applicationset: ApplicationSet) -> tuple[str, ...]:
    template: Mapping[str, Any] = template_of(applicationset.manifest)
    return texts(template, "metadata", "finalizers")
