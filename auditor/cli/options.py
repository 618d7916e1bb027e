"""Options of rules from the configuration, as the rules' own types."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from auditor.cli.failing import Refused
from auditor.kube import duration


def of(given: Mapping[str, Mapping[str, Any]], rules: Iterable[Any]) -> dict[str, Any]:
    """Return an options object by rule id; raise Refused for what no rule knows."""
    shapes = {rule.id: rule.options for rule in rules}
    found = {}
    for name, values in given.items():
        if name not in shapes:
            raise Refused("unknown_rule", name=name)
        found[name] = _read(name, values, shapes[name])
    return found


def _read(rule: str, values: Mapping[str, Any], shape: Any) -> Any:
    """Return the options object; spans of time are written as Go durations, such as `90s`."""
    fields = shape.__dataclass_fields__
    read = {}
    for key, value in values.items():
        if key not in fields:
            raise Refused("unknown_option", rule=rule, key=key, known=", ".join(fields) or "-")
        kind = fields[key].type
        try:
            is_span = kind is timedelta
            read[key] = duration.parse_duration(value) if is_span else msgspec.convert(value, kind)
        except (ValueError, TypeError, AttributeError) as error:
            known = f"{key}: {getattr(kind, '__name__', kind)}"
            raise Refused("unknown_option", rule=rule, key=key, known=known) from error
    return shape(**read)
