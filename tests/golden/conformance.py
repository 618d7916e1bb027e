"""Golden vectors against the models: `python -m tests.golden.conformance [DIR]` prints a table."""

import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent / "vectors"
_FILES = ("models_policy", "models_objects")

Model = Callable[[Mapping[str, Any]], Any]


def registry() -> dict[str, Model]:
    """Return area to model, merged from every file of models that is there."""
    merged: dict[str, Model] = {}
    for name in _FILES:
        module = f"tests.golden.{name}"
        if importlib.util.find_spec(module) is not None:
            merged |= importlib.import_module(module).REGISTRY
    return merged


def cases(area: str, folder: Path = VECTORS) -> list[dict[str, Any]]:
    """Return the cases of one area in their order."""
    found: list[dict[str, Any]] = json.loads((folder / f"{area}.json").read_text("utf-8"))["cases"]
    return found


def areas(folder: Path = VECTORS) -> list[str]:
    """Return the areas of a folder of vectors."""
    return sorted(path.stem for path in folder.glob("*.json"))


def failures(area: str, model: Model, folder: Path = VECTORS) -> Iterator[str]:
    """Yield the ids of the cases whose answer differs, or that raise."""
    for case in cases(area, folder):
        try:
            is_right = model(case["input"]) == case["output"]
        except Exception as error:  # noqa: BLE001  # a table of all areas must not stop at one case
            yield f"{case['id']} ({type(error).__name__}: {error})"
            continue
        if not is_right:
            yield case["id"]


def main(arguments: list[str]) -> int:
    """Print area, cases and passed; return 1 where a case failed or an area has no model."""
    folder = Path(arguments[0]) if arguments else VECTORS
    models = registry()
    passed = failed = 0
    print(f"{'area':<20} {'cases':>6} {'passed':>6}")  # noqa: T201  # the table is the output
    for area in areas(folder):
        count = len(cases(area, folder))
        wrong = list(failures(area, models[area], folder)) if area in models else None
        right = 0 if wrong is None else count - len(wrong)
        note = " no model" if wrong is None else ""
        print(f"{area:<20} {count:>6} {right:>6}{note}")  # noqa: T201
        for name in (wrong or [])[:20]:
            print(f"    {name}", file=sys.stderr)  # noqa: T201
        passed += right
        failed += count - right
    print(f"{passed} passed, {failed} failed")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
