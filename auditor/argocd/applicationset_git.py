"""Parameters of the git generator; mirrors `applicationset/generators/git.go` and `LsFiles`."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from auditor.argocd.applicationset_params import Mode, Params
from auditor.argocd.applicationset_selector import flattened
from auditor.argocd.applicationset_text import GenerationError, replaced
from auditor.argocd.go_template_functions import sanitized
from auditor.kube.filepath import filepath_match
from auditor.kube.go_yaml import BadYaml, load
from auditor.kube.loose import is_true, mapping, mappings, text
from auditor.kube.patterns import BadPattern, linear_match

_WILD: Final = re.compile(r"[*?\[]")


def directory_params(raw: Any, folders: Iterable[str], mode: Mode) -> list[Params]:
    """Return the parameters of a `git` block with `directories`; `folders` are all of the tree."""
    return [_of_directory(raw, folder, mode) for folder in sorted(folders) if _is_in(raw, folder)]


def file_params(
    raw: Any,
    files: Iterable[str],
    read: Callable[[str], str],
    mode: Mode,
    *,
    has_new_globbing: bool = False,
) -> list[Params]:
    """Return the parameters of a `git` block with `files`; `files` are all of the tree.

    Without the new globbing `*` also matches `/`, as it does for `git ls-files`.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for entry in mappings(raw, "files"):
        (unwanted if is_true(entry, "exclude") else wanted).append(text(entry, "path"))
    chosen = [
        path
        for path in sorted(files)
        if _is_listed(wanted, path, has_new_globbing)
        and not _is_listed(unwanted, path, has_new_globbing)
    ]
    return [params for path in chosen for params in _of_file(raw, path, read(path), mode)]


def with_values(values: Mapping[str, Any], params: Params, mode: Mode) -> Params:
    """Return `params` with the `values` of a generator, filled (`appendTemplatedValues`)."""
    filled = {
        key: replaced(value, params, is_go=mode.is_go, options=mode.options, budget=mode.budget)
        for key, value in values.items()
        if isinstance(value, str)
    }
    if not filled:
        return params
    if mode.is_go:
        return {**params, "values": filled}
    return params | {f"values.{key}": value for key, value in filled.items()}


def _is_in(raw: Any, folder: str) -> bool:
    # Hidden folders are not walked; exclude wins in whatever order.
    if not folder or any(part.startswith(".") for part in folder.split("/")):
        return False
    hits = [e for e in mappings(raw, "directories") if _path_matches(text(e, "path"), folder)]
    return bool(hits) and not any(is_true(entry, "exclude") for entry in hits)


def _path_matches(pattern: str, folder: str) -> bool:
    try:
        return filepath_match(pattern, folder)
    except BadPattern:
        return False


def _of_directory(raw: Any, folder: str, mode: Mode) -> Params:
    base = posixpath.basename(folder)
    params = _placed(raw, folder, {"basename": base, "basenameNormalized": sanitized(base)}, mode)
    return with_values(mapping(raw, "values"), params, mode)


def _of_file(raw: Any, path: str, written: str, mode: Mode) -> Iterator[Params]:
    folder = posixpath.dirname(path) or "."
    base, name = posixpath.basename(folder), posixpath.basename(path)
    names = {
        "basename": base,
        "filename": name,
        "basenameNormalized": sanitized(base),
        "filenameNormalized": sanitized(name),
    }
    for found in _objects(path, written):
        own: Params = dict(found) if mode.is_go else dict(flattened(found))
        params = own | _placed(raw, folder, names, mode)
        yield with_values(mapping(raw, "values"), params, mode)


def _placed(raw: Any, folder: str, names: Mapping[str, str], mode: Mode) -> Params:
    """Return what a path gives: a map for Go templates, dotted names for the others."""
    prefix = text(raw, "pathParamPrefix")
    parts = folder.split("/")
    if mode.is_go:
        place = {"path": folder, **names, "segments": parts}
        return {prefix: {"path": place}} if prefix else {"path": place}
    name = f"{prefix}.path" if prefix else "path"
    found: Params = {name: folder, **{f"{name}.{key}": value for key, value in names.items()}}
    return found | {f"{name}[{i}]": part for i, part in enumerate(parts) if part}


def _objects(path: str, written: str) -> list[Mapping[str, Any]]:
    try:
        found = load(written)
    except BadYaml as error:
        raise GenerationError(
            f"error generating params from git: unable to process file '{path}': {error}"
        ) from None
    match found:
        case None:
            return [{}]
        case Mapping():
            return [found]
        case list() if all(isinstance(item, Mapping) for item in found):
            return found
        case _:
            raise GenerationError(
                f"error generating params from git: unable to process file '{path}': "
                "unable to parse file"
            )


def _is_listed(patterns: Iterable[str], path: str, has_new_globbing: bool) -> bool:  # noqa: FBT001 - one setting, handed down
    compiled = _doublestar if has_new_globbing else _pathspec
    return any(linear_match(compiled(pattern), path) for pattern in patterns)


@lru_cache(maxsize=256)
def _pathspec(pattern: str) -> str:
    """Return what `git ls-files -- PATTERN` lists: a plain path also means what lies below it."""
    clean = posixpath.normpath(pattern) if pattern and not _WILD.search(pattern) else pattern
    if clean in ("", "."):
        return ".*"
    if not _WILD.search(clean):
        return f"{re.escape(clean)}(?:/.*)?"
    return _expression(clean.removeprefix("./"), {"*": ".*", "?": "."})


@lru_cache(maxsize=256)
def _doublestar(pattern: str) -> str:
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return _expression(pattern.removeprefix("./"), meaning)


def _expression(pattern: str, meaning: Mapping[str, str]) -> str:
    tokens = "|".join(map(re.escape, sorted(meaning, key=len, reverse=True)))
    parts = re.split(rf"(\[[!^]?\]?[^\]]*\]|\\.|{tokens})", pattern)
    return "".join(_part(part, meaning) for part in parts)


def _part(part: str, meaning: Mapping[str, str]) -> str:
    if part in meaning:
        return meaning[part]
    if part.startswith("[") and part.endswith("]") and len(part) > 2:
        inside = part[1:-1]
        negates = inside.startswith(("!", "^"))
        body = inside[negates:].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
        return f"[{'^' if negates else ''}{body}]"
    return re.escape(part[1:] if len(part) == 2 and part.startswith("\\") else part)
