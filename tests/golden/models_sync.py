"""Models of the areas about one sync: retries, options, order."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from auditor.argocd import (
    annotations,
    application_source,
    sync_context,
)
from auditor.argocd import (
    application_fields as application,
)
from auditor.argocd.retry import Retry, parse_retry_duration
from auditor.argocd.sync_options import SyncOptions, annotation_options
from auditor.argocd.sync_policy import SyncPolicy
from auditor.kube.duration import BadDuration, parse_nanoseconds
from tests.golden.case import Answer, Case, Model


def _next_retry(case: Case) -> Answer:
    retry = Retry.parse(case["retry"], is_automated=True)
    if retry.errors:
        return {"error": f"unable to parse {retry.errors[0][1]} as a duration"}
    waits = [retry.next_retry_ns(attempt) for attempt in range(case["attempts"])]
    answer: Answer = {"waits_ns": waits}
    if any(wait < 0 for wait in waits):
        answer["overflow"] = True
    return answer


def _duration(parse: Callable[[str], int]) -> Model:
    def model(case: Case) -> Answer:
        try:
            return {"error": None, "ns": parse(case["text"])}
        except BadDuration as error:
            return {"error": str(error)}

    return model


def _effective(case: Case) -> Answer:
    policy = SyncPolicy.parse(case["spec"])
    block = policy.automated
    return {
        "allow_empty": block is not None and block.has_allow_empty,
        "automated_enabled": policy.is_automated,
        "policy_present": policy.is_present,
        "policy_zero": policy.is_zero,
        "prune": block is not None and block.has_prune,
        "retry_present": policy.has_retry,
        "self_heal": block is not None and block.has_self_heal,
    }


def _type_block(case: Case) -> Answer:
    source = case["source"]
    answer: Answer = {
        f"{block}_zero": application_source.is_zero(source, block)
        for block in application_source.TYPE_BLOCKS
    }
    answer["helm_values_string"] = application_source.values_text(source)
    answer["is_helm"] = application_source.is_helm_chart(source)
    try:
        kind = application_source.explicit_type(source)
    except application_source.ManyTypes as error:
        return {**answer, "explicit_type": None, "error": str(error)}
    return {**answer, "explicit_type": kind, "error": None}


def _sources(case: Case) -> Answer:
    spec = case["spec"]
    return {
        "has_multiple": application_source.has_multiple_sources(spec),
        "source": application_source.effective_source(spec),
        "sources": list(application_source.effective_sources(spec)),
    }


def _finalizers(case: Case) -> Answer:
    pre, post = application.PRE_DELETE_FINALIZER, application.POST_DELETE_FINALIZER
    return {
        "cascaded": application.cascades(case),
        "propagation": application.propagation_finalizer(case),
        "pre_delete": application.has_finalizer(case, pre),
        "pre_delete_cleanup": application.has_finalizer(case, f"{pre}/cleanup"),
        "post_delete": application.has_finalizer(case, post),
        "post_delete_cleanup": application.has_finalizer(case, f"{post}/cleanup"),
    }


def _delete_approved(case: Case) -> Answer:
    since = datetime.fromisoformat(case["since"])
    return {"confirmed": application.is_deletion_confirmed(case, since)}


def _refresh(case: Case) -> Answer:
    asked = application.requested_refresh({"metadata": {"annotations": case["annotations"]}})
    return {"requested": asked is not None, "type": asked or "normal"}


_LIST_OPTIONS = (
    "ApplyOutOfSyncOnly=true",
    "ClientSideApplyMigration=false",
    "CreateNamespace=true",
    "Delete=confirm",
    "Delete=false",
    "FailOnSharedResource=true",
    "Force=true",
    "Prune=confirm",
    "Prune=false",
    "PruneLast=true",
    "PrunePropagationPolicy=background",
    "PrunePropagationPolicy=foreground",
    "PrunePropagationPolicy=orphan",
    "Replace=true",
    "RespectIgnoreDifferences=true",
    "ServerSideApply=true",
    "SkipDryRunOnMissingResource=true",
    "Validate=false",
)
_ANNOTATION_OPTIONS = (
    "Delete=confirm",
    "Delete=false",
    "Force=true",
    "Prune=confirm",
    "Prune=false",
    "PruneLast=true",
    "Replace=true",
    "ServerSideApply=false",
    "ServerSideApply=true",
    "SkipDryRunOnMissingResource=true",
    "Validate=false",
)


def _app_list(case: Case) -> Answer:
    options = SyncOptions.of({"syncPolicy": {"syncOptions": case["syncOptions"]}})
    keys = ("CreateNamespace", "Delete", "Prune", "PrunePropagationPolicy", "Validate")
    return {
        "has": {option: options.has(option) for option in _LIST_OPTIONS},
        "value": {key: options.value(key) for key in keys},
    }


def _annotation(case: Case) -> Answer:
    obj = {"metadata": {"annotations": {annotations.SYNC_OPTIONS: case["annotation"]}}}
    keys = ("Delete", "Prune", "Replace", "Validate")
    return {
        "items": list(annotation_options(obj)),
        "has": {
            option: annotations.has_option(obj, annotations.SYNC_OPTIONS, option)
            for option in _ANNOTATION_OPTIONS
        },
        "value": {
            key: annotations.option_value(obj, annotations.SYNC_OPTIONS, key) for key in keys
        },
    }


def _prune(case: Case) -> Answer:
    live, option = case["live"], case["app_prune_option"]
    options = SyncOptions(() if option is None else (f"Prune={option}",))
    pruning = sync_context.pruned(
        live, options, prunes=case["prune"], is_confirmed=case["confirmed"]
    )
    meta = live["metadata"]
    call = {
        "op": "delete",
        "dry_run": "none",
        "object": f"{live['kind']}/{meta['namespace']}/{meta['name']}",
        "propagation": options.prune_propagation.capitalize(),
    }
    if not pruning.result:
        return {"calls": [], "message": pruning.message, "phase": "Running", "results": []}
    row = {"message": pruning.message, "name": meta["name"], "status": pruning.result}
    return {
        "calls": [call] if pruning.deletes else [],
        "message": "successfully synced (all tasks run)",
        "phase": "Succeeded",
        "results": [row],
    }


def _apply(case: Case) -> Answer:
    app, target = case["app"], case["target"]
    options = SyncOptions(tuple(text for text, is_set in app.items() if is_set and "=" in text))
    settings = sync_context.ApplySettings.of(options, forces=app["operation_force"])
    calls = sync_context.applied(target, case["live"], settings)
    return {"calls": [_call(call, target) for call in calls]}


def _call(call: sync_context.Call, target: Mapping[str, Any]) -> Answer:
    meta = target["metadata"]
    answer: Answer = {
        "op": call.verb,
        "dry_run": "client" if call.is_dry_run else "none",
        "object": f"{target['kind']}/{meta.get('namespace') or 'app-ns'}/{meta['name']}",
    }
    if call.verb == "apply":
        answer["manager"] = sync_context.MANAGER
    extras = {
        "force": call.forces,
        "validate": call.validates,
        "server_side": call.is_server_side,
    }
    return {**answer, **{key: value for key, value in extras.items() if value is not None}}


def _cascade_delete(case: Case) -> Answer:
    app, live = case["app"], case["live"]
    options = SyncOptions.of(app["spec"])
    return {
        "deleted": sync_context.is_deleted_with(app, live, options),
        "requires_confirmation": sync_context.deletion_asks(live, options),
    }


MODELS: dict[str, dict[str, Model]] = {
    "retry": {
        "next_retry": _next_retry,
        "parse_duration": _duration(parse_retry_duration),
        "go_duration": _duration(parse_nanoseconds),
    },
    "sync_policy": {
        "effective": _effective,
        "type_block": _type_block,
        "sources": _sources,
        "finalizers": _finalizers,
        "delete_approved": _delete_approved,
        "refresh": _refresh,
        "project": lambda case: {"project": application.project_name(case["spec"])},
        "history_limit": lambda case: {"limit": application.history_limit(case["spec"])},
    },
    "sync_options": {
        "app_list": _app_list,
        "annotation": _annotation,
        "prune": _prune,
        "apply": _apply,
        "cascade_delete": _cascade_delete,
    },
}
