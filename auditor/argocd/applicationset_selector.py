"""Which parameter sets a generator's `selector` keeps; mirrors `generator_spec_processor.go`."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.argocd.applicationset_text import GenerationError
from auditor.argocd.go_template_functions import printed
from auditor.kube.loose import mapping, mappings, text, texts


def is_selected(selector: Any, params: Mapping[str, Any]) -> bool:
    """Say whether a label selector takes a set; raise GenerationError for an unknown operator."""
    flat = dict(flattened(params))
    wanted = mapping(selector, "matchLabels")
    if any(flat.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(rule, flat) for rule in mappings(selector, "matchExpressions"))


def _holds(rule: Mapping[str, Any], flat: Mapping[str, str]) -> bool:
    key, operator = text(rule, "key"), text(rule, "operator")
    match operator:
        case "In":
            return flat.get(key) in texts(rule, "values")
        case "NotIn":
            return flat.get(key) not in texts(rule, "values")
        case "Exists":
            return key in flat
        case "DoesNotExist":
            return key not in flat
        case _:
            raise GenerationError(
                f'error parsing label selector: "{operator}" is not a valid label selector operator'
            )


def flattened(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted names and printed values of a structure."""
    if isinstance(value, Mapping):
        pairs: list[tuple[str, Any]] = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list):
        pairs = [(str(index), part) for index, part in enumerate(value)]
    else:
        yield prefix, printed(float(value) if type(value) is int else value, is_top=False)
        return
    for key, part in pairs:
        yield from flattened(part, f"{prefix}.{key}" if prefix else key)
