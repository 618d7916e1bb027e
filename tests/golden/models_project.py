"""Models of the areas about what a project permits, and who owns an object."""

from datetime import datetime

from auditor.argocd import (
    application_fields as application,
)
from auditor.argocd import (
    git_url,
    project_validation,
    tracking,
    windows,
)
from auditor.argocd.globs import Panic
from auditor.argocd.project import Project
from auditor.kube.globbing import gobwas_match
from tests.golden.case import Answer, Case, Model


def _destination(case: Case) -> Answer:
    project = Project.of_spec(case["project"], name="proj")
    cluster = case["cluster"]
    scoped = [(own.get("server", ""), own.get("name", "")) for own in case["project_clusters"]]
    if cluster is None:
        return {"permitted": False, "error": None}
    is_permitted = project.permits_destination(
        cluster.get("server", ""), cluster.get("name", ""), case["namespace"], scoped
    )
    return {"permitted": is_permitted, "error": None}


def _resource(case: Case) -> Answer:
    project = Project.of_spec(case["project"])
    is_permitted = project.permits_kind(
        case["group"], case["resource_kind"], case["namespaced"], case["name"]
    )
    return {"permitted": is_permitted}


def _app_namespace(case: Case) -> Answer:
    project = Project.of_spec(case["project"])
    try:
        is_permitted = project.permits_application_namespace(
            case["app_namespace"], case["controller_namespace"]
        )
    except Panic as error:
        return {"panic": str(error), "permitted": None}
    return {"permitted": is_permitted}


def _validate_project(case: Case) -> Answer:
    raw = {"metadata": {"name": case["project_name"]}, "spec": case["project"]}
    return {"error": project_validation.first_problem(raw)}


def _git_url(case: Case) -> Answer:
    url = case["url"]
    user = git_url.ssh_user(url)
    return {
        "normalized": git_url.normalise(url),
        "allow_invalid": git_url.normalise_allow_invalid(url),
        "is_ssh": user is not None,
        "ssh_user": user or "",
    }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _can_sync(case: Case) -> Answer:
    listed = windows.windows_of(case["windows"])
    now, start = _time(case["now"]), case.get("operation_start")
    matching = [
        (index, window)
        for index, window in enumerate(listed)
        if windows.selects(window, case["app"])
    ]
    answer: Answer = {"matches": [index for index, _ in matching]}
    chosen = [window for _, window in matching]
    try:
        opened = windows.active(chosen, now)
        closed = windows.inactive_allows(chosen, now)
        for name, is_manual in (("can_sync_auto", False), ("can_sync_manual", True)):
            answer[name] = windows.can_sync(
                chosen, now, is_manual=is_manual, operation_start=_time(start) if start else None
            )
    except windows.BadWindow as error:
        return {
            **answer,
            "active": [],
            "inactive_allows": [],
            "can_sync_auto": False,
            "can_sync_manual": False,
            "error": f"invalid sync windows: {error}",
        }
    found = {id(window) for window in opened}, {id(window) for window in closed}
    answer["active"] = [index for index, window in matching if id(window) in found[0]]
    answer["inactive_allows"] = [index for index, window in matching if id(window) in found[1]]
    return answer


def _active(case: Case) -> Answer:
    window = windows.Window.of(case["window"])
    try:
        opened = [window.is_active(_time(instant)) for instant in case["instants"]]
    except windows.BadWindow as error:
        return {"active": [False] * len(case["instants"]), "error": str(error)}
    return {"active": opened, "error": None}


def _matches(case: Case) -> Answer:
    listed = windows.windows_of(case["windows"])
    found = [index for index, one in enumerate(listed) if windows.selects(one, case["app"])]
    return {"matches": found}


def _validate_window(case: Case) -> Answer:
    window = windows.Window.of(case["window"])
    return {"error": window.problem(), "time_zone_after": window.effective_time_zone}


def _build_id(case: Case) -> Answer:
    parts = (case["group"], case["resource_kind"], case["namespace"], case["name"])
    return {"value": str(tracking.TrackingId(case["application"], *parts))}


def _instance(found: tracking.TrackingId) -> Answer:
    return {
        "application": found.application,
        "group": found.group,
        "kind": found.kind,
        "namespace": found.namespace,
        "name": found.name,
    }


def _parse_id(case: Case) -> Answer:
    try:
        return {"error": None, "value": _instance(tracking.TrackingId.parse(case["text"]))}
    except tracking.TrackingError as error:
        return {"error": str(error), "value": None}


def _set(case: Case) -> Answer:
    try:
        stamped = tracking.stamped(
            case["object"],
            method=case["method"],
            application=case["app"],
            namespace=case["destination_namespace"],
            label_key=case["label_key"],
            installation_id=case["installation_id"],
        )
    except tracking.TrackingError as error:
        return {"error": str(error), "object": None}
    return {"error": None, "object": stamped}


def _app_name(case: Case) -> Answer:
    obj, method, own = case["object"], case["method"], case["installation_id"]
    found = tracking.tracking_id(obj, method, own)
    return {
        "app": tracking.application_of(
            obj, method, label_key=case["label_key"], installation_id=own
        ),
        "instance": _instance(found) if found else None,
    }


def _truncate(case: Case) -> Answer:
    try:
        return {"error": None, "value": tracking.truncated_label(case["text"])}
    except tracking.TrackingError as error:
        return {"error": str(error), "value": ""}


def _instance_name(case: Case) -> Answer:
    app = {"metadata": {"name": case["name"], "namespace": case["namespace"]}}
    controller = case["controller_namespace"]
    return {
        "name": application.instance_name(app, controller),
        "qualified": application.qualified_name(app),
        "rbac": application.rbac_name(app, controller),
    }


def _tracking_method(case: Case) -> Answer:
    method = tracking.tracking_method(case["argocd_cm"])
    return {"error": None, "method": method, "old": tracking.is_old_method(method)}


MODELS: dict[str, dict[str, Model]] = {
    "project": {
        "source": lambda case: {
            "permitted": Project.of_spec(case["project"]).permits_source(case["repoURL"])
        },
        "destination": _destination,
        "resource": _resource,
        "app_namespace": _app_namespace,
        "validate": _validate_project,
        "git_url": _git_url,
        "same_url": lambda case: {"same": git_url.is_same(case["left"], case["right"])},
        "glob": lambda case: {
            "match": gobwas_match(case["pattern"], case["text"], case["separators"])
        },
    },
    "sync_windows": {
        "can_sync": _can_sync,
        "active": _active,
        "matches": _matches,
        "validate": _validate_window,
    },
    "tracking": {
        "build": _build_id,
        "parse": _parse_id,
        "set": _set,
        "app_name": _app_name,
        "truncate": _truncate,
        "instance_name": _instance_name,
        "tracking_method": _tracking_method,
    },
}
