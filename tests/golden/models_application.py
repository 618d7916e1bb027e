"""Models of the areas about one Application: its schema, validity and automation."""

from datetime import UTC, datetime, timedelta

from auditor.argocd import (
    autosync,
    schema,
    validation,
)
from auditor.argocd.project import Project
from auditor.argocd.retry import Retry
from tests.golden.case import Answer, Case, Model

_CRDS: dict[str, schema.Kind] = {
    "application": "Application",
    "applicationset": "ApplicationSet",
    "appproject": "AppProject",
}


def _schema(case: Case) -> Answer:
    found = schema.check(_CRDS[case["crd"]], case["object"])
    errors = [error for violation in found.violations for error in _errors(violation)]
    return {
        "decode_error": found.decode_error,
        "defaulted": False,
        "dropped": list(found.dropped),
        "unknown_fields": list(found.unknown_paths),
        "errors": sorted(errors, key=lambda error: str(error["text"])),
    }


def _errors(violation: schema.Violation) -> list[Answer]:
    path, facts = schema.path_of(violation.place), violation.facts
    match violation.code:
        case "required":
            return [_error(path, "FieldValueRequired", "Required value", "")]
        case "type":
            return [_type_error(path, facts["expected"], facts["actual"])]
        case "not_int64":
            detail = f"Checked value must be of type integer with format int64 in {path}"
            no_path = _error("<nil>", "FieldValueInvalid", 'Invalid value: ""', detail)
            return [no_path, _type_error(path, "int64", "float64")]
        case "format":
            return [_type_error(path, facts["format"], facts["value"])]
        case "enum":
            listed = ", ".join(f'"{value}"' for value in facts["supported"])
            start = f'Unsupported value: "{facts["value"]}"'
            return [_error(path, "FieldValueNotSupported", start, f"supported values: {listed}")]
        case "pattern":
            detail = f"{path} in body should match '{facts['pattern']}'"
            return [_error(path, "FieldValueInvalid", f'Invalid value: "{facts["value"]}"', detail)]
        case "too_long":
            detail = f"may not be more than {facts['limit']} bytes"
            return [_error(path, "FieldValueTooLong", "Too long", detail)]
        case "too_short":
            detail = f"{path} in body should be at least {facts['limit']} chars long"
            return [_error(path, "FieldValueInvalid", 'Invalid value: ""', detail)]
        case other:
            raise ValueError(other)


def _type_error(path: str, expected: str, actual: str) -> Answer:
    detail = f'{path} in body must be of type {expected}: "{actual}"'
    return _error(path, "FieldValueTypeInvalid", f'Invalid value: "{actual}"', detail)


def _error(path: str, kind: str, start: str, detail: str) -> Answer:
    text = f"{path}: {start}: {detail}" if detail else f"{path}: {start}"
    return {"detail": detail, "field": path, "text": text, "type": kind}


_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TEST_CONTROLLER = autosync.SelfHeal(timeout=timedelta(minutes=1), backoff=None)
"""What the fake controller is set to that the vectors were made with."""


def _decide(case: Case) -> Answer:
    comparison = autosync.Comparison.of(
        case["sync_status"],
        case["resources"] or (),
        has_changes=case["revisions_may_have_changes"],
    )
    found = autosync.decide(case["app"], comparison, now=_NOW, self_heal=_TEST_CONTROLLER)
    condition = {"type": "SyncError", "message": found.error} if found.error else None
    return {
        "started": found.operation is not None,
        "operation": found.operation,
        "condition": condition,
    }


def _self_heal_wait(case: Case) -> Answer:
    controller, since = case["controller"], case["seconds_since_finished"]
    backoff = controller.get("backoff")
    settings = autosync.SelfHeal(
        timeout=timedelta(seconds=controller.get("timeout", 0)),
        backoff=timedelta(seconds=backoff["timeout"]) if backoff else None,
        factor=backoff["factor"] if backoff else 0,
        cap=timedelta(seconds=backoff["cap"] if backoff else 0),
    )
    passed = None if since is None else timedelta(seconds=since)
    waits = {str(n): settings.remaining_ns(n, passed) for n in range(9)}
    return {"wait_ns": waits}


def _retry_decision(case: Case) -> Answer:
    retry = Retry.parse(case["retry"], is_automated=False)
    found = autosync.after_failure("Error", case["failure_message"], retry, case["retry_count"])
    return {
        "finished_at_set": True,
        "message": found.message,
        "phase": found.phase,
        "retry_count": found.retry_count,
    }


def _retry_wait(case: Case) -> Answer:
    retry = Retry.parse(case["retry"], is_automated=False)
    since = timedelta(seconds=case["seconds_since_finished"])
    unparsable = None
    if retry.errors:
        message = f"unable to parse {retry.errors[0][1]} as a duration"
        unparsable = {"message": message, "phase": "Error"}
    return {
        "attempt_started": autosync.starts_attempt(retry, case["retry_count"], since),
        "phase_if_unparsable": unparsable,
    }


def _clusters(case: Case) -> validation.Clusters:
    registered = [
        validation.Cluster(one["server"], one.get("name", ""), one.get("project", ""))
        for one in case["clusters"]
    ]
    return validation.Clusters.of(registered, case.get("argocd_cm"))


def _permissions(case: Case) -> Answer:
    project = Project.of_spec(case["project"], name="p")
    errors = validation.invalid_spec_errors(case["spec"], project, _clusters(case))
    conditions = [{"type": "InvalidSpecError", "message": message} for message in errors]
    return {"conditions": conditions, "error": None}


def _refs(case: Case) -> Answer:
    try:
        return {"error": None, "refs": validation.reference_keys(case["sources"])}
    except validation.InvalidSpec as error:
        return {"error": str(error), "refs": []}


def _resolve(case: Case) -> Answer:
    try:
        return {"error": None, "server": _clusters(case).server_of(case["destination"])}
    except validation.InvalidSpec as error:
        return {"error": str(error), "server": ""}


MODELS: dict[str, dict[str, Model]] = {
    "strict_schema": {"schema": _schema},
    "autosync": {
        "decide": _decide,
        "self_heal_wait": _self_heal_wait,
        "retry_decision": _retry_decision,
        "retry_wait": _retry_wait,
    },
    "app_validation": {
        "permissions": _permissions,
        "normalize": lambda case: {"spec": validation.normalised_spec(case["spec"])},
        "refs": _refs,
        "destination": _resolve,
    },
}
