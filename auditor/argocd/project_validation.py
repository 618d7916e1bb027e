"""What the API and CLI refuse in an AppProject; mirrors `ValidateProject`. kubectl never asks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.argocd.windows import Window
from auditor.kube.globbing import check_gobwas
from auditor.kube.go_text import trim_space
from auditor.kube.loose import mappings, sequence, text, texts
from auditor.kube.manifest import at
from auditor.kube.patterns import BadPattern

_ROLE_NAME = re.compile(r"[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?\Z")
_GROUP_CHARS = re.compile(r'["\n\r\t]')
_RESOURCES = ("applications", "applicationsets", "logs", "exec", "clusters", "repositories")
_RESOURCE_RULE = (
    "project resource must be: 'applications', 'applicationsets', 'repositories', 'exec', "
    "'logs' or 'clusters'"
)
_ACTIONS = ("get", "create", "update", "delete", "sync", "override", "rollback", "*")
_ACTION_PREFIXES = ("action/", "update/", "delete/")
_ACCOUNT_CHARS = frozenset("!*[]{}\\/")
_OBJECT = re.compile(r"(/[*\w.-]+)?/[*\w.-]+\Z", re.ASCII)


def first_problem(project: Any) -> str | None:
    """Return the first error that `ValidateProject` reports for a raw AppProject, or None."""
    spec = at(project, "spec")
    name = text(project, "metadata", "name")
    checks = (
        _destinations(spec),
        _unique(texts(spec, "sourceNamespaces"), "source namespace"),
        _source_repos(spec),
        _roles(spec, name),
        _windows(spec),
        _service_accounts(spec),
    )
    return next((problem for check in checks for problem in check), None)


def _invalid(message: str) -> str:
    return f"rpc error: code = InvalidArgument desc = {message}"


def _exists(message: str) -> str:
    return f"rpc error: code = AlreadyExists desc = {message}"


def _destinations(spec: Any) -> Iterator[str]:
    seen: set[str] = set()
    for entry in mappings(spec, "destinations"):
        for key in ("name", "server", "namespace"):
            if text(entry, key) == "!*":
                yield _invalid(f"{key} has an invalid format, '!*'")
        cluster = text(entry, "server") or text(entry, "name")
        pair = f"{cluster}/{text(entry, 'namespace')}"
        if pair in seen:
            yield _invalid(f"destination '{pair}' already added")
        seen.add(pair)


def _unique(values: Iterable[str], what: str) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield _invalid(f"{what} '{value}' already added")
        seen.add(value)


def _source_repos(spec: Any) -> Iterator[str]:
    repos = texts(spec, "sourceRepos")
    for position, repo in enumerate(repos):
        if repo == "!*":
            yield _invalid("source repository has an invalid format, '!*'")
        yield from _unique([repo] * (1 + (repo in repos[:position])), "source repository")


def _roles(spec: Any, project: str) -> Iterator[str]:
    seen: set[str] = set()
    for role in mappings(spec, "roles"):
        name = text(role, "name")
        if name in seen:
            yield _exists(f"role '{name}' already exists")
        seen.add(name)
        if not _ROLE_NAME.match(name):
            yield _invalid(
                f"invalid role name '{name}'. Must consist of alphanumeric characters, '-' or '_', "
                "and must start and end with an alphanumeric character"
            )
        yield from _policies(role, name, project)
        yield from _groups(role, name)


def _policies(role: Mapping[str, Any], name: str, project: str) -> Iterator[str]:
    policies = texts(role, "policies")
    for position, policy in enumerate(policies):
        if policy in policies[:position]:
            yield _exists(f"policy '{policy}' already exists for role '{name}'")
        problem = _policy(policy, name, project)
        if problem:
            yield _invalid(f"invalid policy rule '{policy}': {problem}")


def _policy(policy: str, role: str, project: str) -> str:
    parts = [part.strip(" ") for part in policy.split(",")]
    if len(parts) != 6 or parts[0] != "p":
        return "must be of the form: 'p, sub, res, act, obj, eft'"
    _, subject, resource, action, obj, effect = parts
    expected = f"proj:{project}:{role}"
    is_action = action in _ACTIONS or any(prefix in action for prefix in _ACTION_PREFIXES)
    is_object = obj.startswith(project) and bool(_OBJECT.match(obj[len(project) :]))
    answers = (
        (subject == expected, f"policy subject must be: '{expected}', not '{subject}'"),
        (
            resource in _RESOURCES,
            f"{_RESOURCE_RULE}, not '{resource}'",
        ),
        (is_action, f"invalid action '{action}'"),
        (
            is_object,
            f"{_object_rule(project)}, not '{obj}'",
        ),
        (effect in {"allow", "deny"}, "effect must be: 'allow' or 'deny'"),
    )
    return next((problem for is_fine, problem in answers if not is_fine), "")


def _object_rule(project: str) -> str:
    forms = f"'{project}/*', '{project}[/<NAMESPACE>]/<APPNAME>' or '{project}/<APPNAME>'"
    return f"object must be of form {forms}"


def _groups(role: Mapping[str, Any], name: str) -> Iterator[str]:
    groups = texts(role, "groups")
    for position, group in enumerate(groups):
        if group in groups[:position]:
            yield _exists(f"group '{group}' already exists for role '{name}'")
        yield from _group(group)


def _group(written: str) -> Iterator[str]:
    name = trim_space(written)
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = name[1:-1]
    elif "," in name:
        yield _invalid(f"group '{name}' must be quoted")
    if not name:
        yield _invalid(f"group '{name}' is empty")
    if _GROUP_CHARS.search(name):
        yield _invalid(f"group '{name}' contains invalid characters")
    if len(written) > 1 and not trim_space(written[0]):
        yield _invalid(f"group '{name}' contains a leading space")
    if len(written) > 1 and not trim_space(written[-1]):
        yield _invalid(f"group '{name}' contains a trailing space")


def _windows(spec: Any) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    for raw in sequence(spec, "syncWindows"):
        if not isinstance(raw, Mapping):
            continue
        window = Window.of(raw)
        if window.identity in seen:
            yield _exists(
                f"sync window with kind '{window.kind}', schedule '{window.schedule}', and "
                f"duration '{window.duration}' already exists (hash=<HASH>, duplicate detected)"
            )
        problem = window.problem()
        if problem:
            yield problem
        if not (window.applications or window.namespaces or window.clusters):
            yield (
                f"rpc error: code = OutOfRange desc = window '{window.kind}':'{window.schedule}':"
                f"'{window.duration}' requires one of application, cluster or namespace"
            )
        seen.add(window.identity)


def _service_accounts(spec: Any) -> Iterator[str]:
    seen: set[str] = set()
    for entry in mappings(spec, "destinationServiceAccounts"):
        server, namespace = text(entry, "server"), text(entry, "namespace")
        account = text(entry, "defaultServiceAccount")
        values = {"server": server, "namespace": namespace}
        for key, value in values.items():
            if "!" in value:
                yield _invalid(f"{key} has an invalid format, '{value}'")
        if not account.strip(" ") or _ACCOUNT_CHARS & set(account):
            yield _invalid(f"defaultServiceAccount has an invalid format, '{account}'")
        for key, value in values.items():
            if not _compiles(value):
                yield _invalid(f"{key} has an invalid format, '{value}'")
        pair = f"{server}/{namespace}"
        if pair in seen:
            yield _invalid(f"destinationServiceAccount '{pair}' already added")
        seen.add(pair)


def _compiles(pattern: str) -> bool:
    try:
        check_gobwas(pattern)
    except BadPattern:
        return False
    return True
