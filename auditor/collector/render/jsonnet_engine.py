"""Jsonnet files of a directory source; mirrors `makeJsonnetVM` and `findManifests`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from auditor.collector.render.documents import expanded
from auditor.collector.render.failure import unseen, wrong

Importer = Callable[[str, str], tuple[str, bytes]]


def objects_of(path: str, data: bytes, jsonnet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects one file evaluates to; raise NotRendered.

    `jsonnet` holds `root` (folder of the repository), `libs` (folders in it), `ext_vars`,
    `ext_codes`, `tla_vars` and `tla_codes` (texts by name).
    """
    try:
        import _jsonnet  # noqa: PLC0415 - only where there is Jsonnet
    except ImportError as error:
        raise unseen("jsonnet_not_rendered", path=path) from error
    root = str(Path(jsonnet["root"]).resolve())
    given = {key: dict(jsonnet[key]) for key in ("ext_vars", "ext_codes", "tla_vars", "tla_codes")}
    try:
        text = _jsonnet.evaluate_snippet(
            str(Path(root, path)),
            data.decode("utf-8"),
            import_callback=_importer(root, jsonnet["libs"]),
            **given,
        )
    except (RuntimeError, UnicodeDecodeError) as error:
        raise wrong("render_failed", file=path, message=str(error).strip()) from error
    return _objects(json.loads(text), path)


def _importer(root: str, libs: list[str]) -> Importer:
    """Return what finds imports: beside the file first, then in the libraries, the last first."""

    def find(folder: str, name: str) -> tuple[str, bytes]:
        if not name.startswith("/"):
            for start in (Path(folder), *(Path(root, lib) for lib in reversed(libs))):
                found = (start / name).resolve()
                if found.is_relative_to(root) and found.is_file():
                    return str(found), found.read_bytes()
        raise RuntimeError(f"couldn't open import {name!r}: no match in the repository")

    return find


def _objects(value: Any, path: str) -> list[dict[str, Any]]:
    if value is None:
        return []
    found: list[dict[str, Any]] = []
    for raw in value if isinstance(value, list) else [value]:
        if not isinstance(raw, dict):
            raise wrong("render_failed", file=path, message="the result holds no objects")
        if not isinstance(raw.get("kind"), str) or not raw["kind"]:
            raise wrong("render_failed", file=path, message="Object 'Kind' is missing")
        found += expanded(raw)
    return found
