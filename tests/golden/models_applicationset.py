"""Models of the area about what ApplicationSets generate."""

import json
from collections.abc import Mapping
from typing import Any

from auditor.argocd.applicationset import generated
from auditor.argocd.applicationset_text import GenerationError, replaced
from auditor.argocd.go_template_run import BadOption
from tests.golden.case import Answer, Case, Model


def _replace(case: Case) -> Answer:
    try:
        text = replaced(
            case["template"],
            case["params"],
            is_go=case["go_template"],
            options=tuple(case["options"]),
        )
    except GenerationError as error:
        return {"error": str(error), "text": None}
    return {"error": None, "text": text}


def _generate(case: Case) -> Answer:
    raw = case["applicationset"]
    try:
        found = generated(raw)
    except BadOption as error:
        return {"applications": [], "error": f"panic: {error}", "reason": ""}
    applications = [_shown(app) for app in found.applications]
    if any("merge" in generator for generator in raw["spec"]["generators"]):
        applications.sort(key=lambda app: json.dumps(app, sort_keys=True))
    return {"applications": applications, "error": found.error, "reason": found.reason}


def _shown(app: Mapping[str, Any]) -> Answer:
    keys = ("annotations", "finalizers", "labels", "name", "namespace")
    return {**{key: app["metadata"].get(key) for key in keys}, "spec": app["spec"]}


MODELS: dict[str, dict[str, Model]] = {
    "applicationset": {"replace": _replace, "generate": _generate},
}
