"""The Applications an ApplicationSet generates; mirrors `applicationset/controllers/template`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.argocd.application_fields import RESOURCES_FINALIZER
from auditor.argocd.applicationset_params import Mode, Outside, Params, transformed
from auditor.argocd.applicationset_text import GenerationError, replaced, replaced_deep
from auditor.argocd.schema import kept
from auditor.argocd.source_json import encoded_spec
from auditor.kube.go_yaml import BadYaml, load
from auditor.kube.loose import is_true, mapping, mappings, text
from auditor.kube.manifest import at

_METADATA = ("name", "labels", "annotations", "finalizers")
_GO_TYPES = {
    ("spec",): ("Application.spec", "v1alpha1.ApplicationSpec"),
    ("spec", "source"): ("ApplicationSpec.spec.source", "v1alpha1.ApplicationSource"),
    ("spec", "destination"): (
        "ApplicationSpec.spec.destination",
        "v1alpha1.ApplicationDestination",
    ),
    ("spec", "syncPolicy"): ("ApplicationSpec.spec.syncPolicy", "v1alpha1.SyncPolicy"),
    ("spec", "syncPolicy", "automated"): (
        "SyncPolicy.spec.syncPolicy.automated",
        "v1alpha1.SyncPolicyAutomated",
    ),
    ("spec", "syncPolicy", "retry"): ("SyncPolicy.spec.syncPolicy.retry", "v1alpha1.RetryStrategy"),
}
"""Fields of a patch whose type decides whether it can be read, as Go names them."""


@dataclass(frozen=True, slots=True)
class Generated:
    """The Applications in their order, and the first thing that went wrong."""

    applications: tuple[Mapping[str, Any], ...]
    """Objects with `metadata` and `spec`; what is empty in `metadata` is as Argo CD leaves it."""
    error: str | None = None
    reason: str = ""
    """`ApplicationGenerationFromParamsError` or `RenderTemplateParamsError`."""


def generated(applicationset: Any, outside: Outside | None = None) -> Generated:
    """Return what an ApplicationSet of list, matrix and merge generators makes.

    Any other generator is put to `outside`; without one, or where it cannot tell, raise
    `NeedsOutside`. Raise also `go_template_run.BadOption` and `applicationset_budget.Unbounded`.
    """
    spec = mapping(applicationset, "spec")
    mode = Mode.of(spec, outside)
    out: list[Mapping[str, Any]] = []
    first, reason = None, ""
    for generator in mappings(spec, "generators"):
        try:
            results = transformed(generator, mapping(spec, "template"), mode)
        except GenerationError as error:
            if first is None:
                first, reason = str(error), "ApplicationGenerationFromParamsError"
            continue
        for params, template in ((p, result.template) for result in results for p in result.params):
            try:
                app = _application(template, spec, params, mode)
            except GenerationError as error:
                if first is None:
                    first, reason = str(error), "RenderTemplateParamsError"
                continue
            namespace = text(applicationset, "metadata", "namespace")
            out.append({**app, "metadata": {**app["metadata"], "namespace": namespace}})
    return Generated(tuple(out), first, reason)


def _application(
    template: Mapping[str, Any], spec: Mapping[str, Any], params: Params, mode: Mode
) -> dict[str, Any]:
    meta = mapping(template, "metadata")
    raw = {
        "metadata": {key: meta.get(key) for key in _METADATA},
        "spec": mapping(template, "spec"),
    }
    app = dict(raw)
    if params:
        filled = replaced_deep(
            raw, params, is_go=mode.is_go, options=mode.options, budget=mode.budget
        )
        finalizers = filled["metadata"].get("finalizers") or []
        if not finalizers and not is_true(spec, "syncPolicy", "preserveResourcesOnDeletion"):
            finalizers = [RESOURCES_FINALIZER]
        empty: dict[str, Any] = {"labels": {}, "annotations": {}}
        app = {
            "metadata": {**empty, **filled["metadata"], "finalizers": finalizers},
            "spec": filled["spec"],
        }
    patch = at(spec, "templatePatch")
    if isinstance(patch, str):
        app = _patched(app, patch, params, mode)
    return {**app, "spec": encoded_spec(kept("Application", app)["spec"])}


def _patched(app: Mapping[str, Any], patch: str, params: Params, mode: Mode) -> dict[str, Any]:
    try:
        filled = replaced(patch, params, is_go=mode.is_go, options=mode.options, budget=mode.budget)
    except GenerationError as error:
        raise GenerationError(f"error replacing values in templatePatch: {error}") from None
    wanted = _loaded(filled)
    if wanted is None:
        wanted = {}
    _check(wanted)
    out = _merged(app, wanted, ())
    project = text(app, "spec", "project")
    meta = mapping(out, "metadata")
    return {
        "metadata": {key: meta.get(key) or None for key in _METADATA},
        "spec": {**mapping(out, "spec"), "project": project},
    }


def _loaded(patch: str) -> Any:
    try:
        return load(patch)
    except BadYaml as error:
        quoted = json.dumps(patch, ensure_ascii=False)
        why = f"error while converting template to json {quoted}: {error}"
    raise GenerationError(why)


def _check(patch: Any) -> None:
    """Raise where the patch cannot be read as an Application."""
    for place, (name, kind) in _GO_TYPES.items():
        value = at(patch, *place)
        if value is None or isinstance(value, Mapping):
            continue
        shown = {bool: "bool", str: "string", list: "array"}.get(type(value), "number")
        written = json.dumps(patch, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        quoted = json.dumps(written, ensure_ascii=False)
        raise GenerationError(
            f"invalid templatePatch {quoted}: json: cannot unmarshal {shown} into Go struct field "
            f"{name} of type {kind}"
        )


def _merged(base: Any, patch: Any, place: tuple[str, ...]) -> Any:
    """Return a strategic merge: null removes, lists replace, finalizers are joined."""
    if isinstance(patch, list) and place == ("metadata", "finalizers"):
        return list(dict.fromkeys([*(base or ()), *patch]))
    if not isinstance(patch, Mapping):
        return patch
    out = dict(base) if isinstance(base, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = _merged(out.get(key), value, (*place, str(key)))
    return out
