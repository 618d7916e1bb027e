"""Checks of the Gateway API: gateways, classes, routes, policies."""

from collections.abc import Iterable, Mapping
from typing import Final

from auditor.argocd.health.script import (
    Check,
    Object,
    conditions_of,
    entries,
    field,
    required_conditions,
    say,
    status_of,
    text_of,
)
from auditor.argocd.health.status import DEGRADED, HEALTHY, PROGRESSING, Health


def gateway(obj: Object) -> Health:
    """Judge a Gateway and its listeners."""
    status = status_of(obj)
    waiting = say(PROGRESSING, "Waiting for Gateway status")
    if status is None:
        return waiting
    found = conditions_of(status)
    listeners = entries(status.get("listeners"))
    problem = _problem(found or (), "", "Gateway is still being programmed")
    for listener in listeners:
        if problem is not None:
            break
        own = conditions_of(listener) or ()
        problem = _problem(own, "Listener: ", "Listener is still being programmed")
    if problem is not None:
        return problem
    return say(HEALTHY, "Gateway is healthy") if found is not None or listeners else waiting


def gateway_class(obj: Object) -> Health:
    """Judge a GatewayClass: accepted, by the present generation."""
    generation = field(obj, "metadata", "generation") if obj.get("metadata") else None
    for entry in conditions_of(status_of(obj)) or ():
        observed = entry.get("observedGeneration")
        is_stale = None not in {generation, observed} and generation != observed
        if entry.get("type") != "Accepted" or is_stale:
            continue
        message = entry.get("message")
        match entry.get("status"):
            case "True":
                return say(HEALTHY, message or "GatewayClass is accepted")
            case "False":
                return say(DEGRADED, message or "GatewayClass is not accepted")
            case _:
                return say(PROGRESSING, message or "Waiting for GatewayClass status")
    return say(PROGRESSING, "Waiting for GatewayClass status")


def _route(name: str, *, checks_generation: bool) -> Check:
    def check(obj: Object) -> Health:
        status = status_of(obj) or {}
        judged = [
            parent
            for parent in entries(status.get("parents"))
            if conditions_of(parent) is not None
            and (not checks_generation or _is_observed(obj, parent))
        ]
        for parent in judged:
            prefix = (
                f"Parent {field(parent, 'parentRef', 'name') or ''}: " if _fails(parent) else ""
            )
            own = conditions_of(parent) or ()
            problem = _problem(own, prefix, "Route is still being programmed")
            if problem is not None:
                return problem
        if any(conditions_of(parent) for parent in judged):
            return say(HEALTHY, f"{name} is healthy")
        return say(PROGRESSING, f"Waiting for {name} status")

    return check


def backend_tls_policy(obj: Object) -> Health:
    """Judge a BackendTLSPolicy by its ancestors."""
    status = status_of(obj)
    ancestors = entries(status.get("ancestors")) if status is not None else []
    result = say(PROGRESSING, "Waiting for BackendTLSPolicy status")
    generation = field(obj, "metadata", "generation") if ancestors else None
    if generation is not None:
        for ancestor in ancestors:
            for entry in required_conditions(ancestor):
                if entry.get("observedGeneration") not in {None, generation}:
                    name = field(ancestor, "ancestorRef", "name") or ""
                    text = f"Waiting for Ancestor {name} to update BackendTLSPolicy status"
                    return say(PROGRESSING, text)
    for ancestor in ancestors:
        for entry in required_conditions(ancestor):
            is_relevant = entry.get("type") in {"Accepted", "ResolvedRefs"}
            if is_relevant and entry.get("status") != "True":
                name = field(ancestor, "ancestorRef", "name") or ""
                return say(DEGRADED, f"Ancestor {name}: {text_of(entry, 'message')}")
            if entry.get("type") == "Accepted":
                result = say(HEALTHY, "BackendTLSPolicy is healthy")
    return result


def _problem(found: Iterable[Object], prefix: str, programming: str) -> Health | None:
    """Return what is wrong: references, acceptance, or that it is still being programmed."""
    for kind in ("ResolvedRefs", "Accepted"):
        for entry in found:
            if entry.get("type") == kind and entry.get("status") == "False":
                message = entry.get("message") or f"Failed condition: {kind}"
                return say(DEGRADED, f"{prefix}{message}")
    for entry in found:
        if entry.get("type") == "Programmed" and entry.get("status") != "True":
            return say(PROGRESSING, f"{prefix}{entry.get('message') or programming}")
    return None


def _fails(parent: Object) -> bool:
    return _problem(conditions_of(parent) or (), "", "") is not None


def _is_observed(obj: Object, parent: Object) -> bool:
    generation = field(obj, "metadata", "generation")
    if generation is None:
        return True
    found = conditions_of(parent)
    return bool(found) and all(
        entry.get("observedGeneration") in {None, generation} for entry in found or ()
    )


CHECKS: Final[Mapping[str, Check]] = {
    "gateway.networking.k8s.io/Gateway": gateway,
    "gateway.networking.k8s.io/GatewayClass": gateway_class,
    "gateway.networking.k8s.io/HTTPRoute": _route("HTTPRoute", checks_generation=True),
    "gateway.networking.k8s.io/GRPCRoute": _route("GRPCRoute", checks_generation=False),
    "gateway.networking.k8s.io/BackendTLSPolicy": backend_tls_policy,
}
