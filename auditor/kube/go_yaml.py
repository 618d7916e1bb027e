"""YAML as sigs.k8s.io/yaml reads and writes it where PyYAML differs: `y` and `n` are booleans."""

import re
from functools import cache
from typing import Any, Final

_MAX_VALUES: Final = 1_000_000


class BadYaml(ValueError):
    """A text that does not parse; the message is what Go's library says."""


def load(text: str) -> Any:
    """Read one document; raise `BadYaml`."""
    import yaml  # noqa: PLC0415  # costs a tenth of a second, and few texts hold YAML

    try:
        found = yaml.load(text, Loader=_loader())  # noqa: S506  # a subclass of a safe loader
        _count(found, {})
    except yaml.MarkedYAMLError as error:
        raise BadYaml(_message(error)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadYaml(f"yaml: {error}") from None
    return found


def _count(value: Any, known: dict[int, int]) -> int:
    """Return how many values `value` is once its aliases are followed; raise BadYaml."""
    if not isinstance(value, dict | list):
        return 1
    if (count := known.get(id(value))) is None:
        # Until it is counted it is endless: an alias inside leads back to it.
        known[id(value)] = _MAX_VALUES
        parts = value.values() if isinstance(value, dict) else value
        count = 1
        for part in parts:
            count += _count(part, known)
            if count > _MAX_VALUES:
                raise BadYaml("yaml: document contains excessive aliasing")
        known[id(value)] = count
    return count


def dump(value: Any) -> str:
    """Write a value; texts that look like values of another type are put in double quotes."""
    import yaml  # noqa: PLC0415  # see `load`

    return str(yaml.dump(value, Dumper=_dumper(), allow_unicode=True, width=2**31))


@cache
def _loader() -> Any:
    import yaml  # noqa: PLC0415  # see `load`

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        bool_values = {**yaml.SafeLoader.bool_values, "y": True, "n": False}  # noqa: RUF012

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"[yYnN]\Z"), list("yYnN"))
    return Loader


@cache
def _dumper() -> Any:
    import yaml  # noqa: PLC0415  # see `load`

    class Dumper(yaml.SafeDumper):
        pass

    def represented(dumper: Any, text: str) -> Any:
        tag = "tag:yaml.org,2002:str"
        is_plain = dumper.resolve(yaml.ScalarNode, text, (True, False)) == tag
        style = None if is_plain else '"'
        return dumper.represent_scalar(tag, text, style="|" if "\n" in text else style)

    Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"[yYnN]\Z"), list("yYnN"))
    Dumper.add_representer(str, represented)
    return Dumper


def _message(error: Any) -> str:
    """Return the error with the line Go's library gives it, which is one short after the parser."""
    import yaml  # noqa: PLC0415  # see `load`

    line = error.problem_mark.line if error.problem_mark else 0
    if isinstance(error, yaml.scanner.ScannerError):
        line += 1
    elif not line and error.context_mark:
        line = error.context_mark.line
    return f"yaml: line {line}: {error.problem}" if line else f"yaml: {error.problem}"
