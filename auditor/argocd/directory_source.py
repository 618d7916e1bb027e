"""Which files a directory source reads, and the objects in them.

Mirrors `getPotentiallyValidManifests` and `findManifests` of upstream
`reposerver/repository/repository.go`. Jsonnet is not evaluated: a file that is one literal is
read as such, any other gives an error.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from auditor.argocd.repository_tree import LinkError, Tree, is_outside, join
from auditor.kube.globbing import gobwas_match
from auditor.kube.merge import canonical

SKIP_MARKER = "+argocd:skip-file-rendering"
_MANIFEST = re.compile(r".*\.(yaml|yml|json|jsonnet)")
_OCI_TYPES = {"schemaVersion": int, "mediaType": str, "artifactType": str, "config": dict}
_OCI_TYPES |= {"layers": list, "subject": dict, "annotations": dict}


class ManifestError(Exception):
    """A directory that cannot be rendered; the message is Argo CD's without the parser's part."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The `directory` block of a source."""

    recurse: bool = False
    include: str = ""
    exclude: str = ""
    disable_extension_filter: bool = False

    @classmethod
    def parse(cls, raw: Mapping[str, Any] | None) -> "Directory":
        """Read the block; wrong types read as absent."""
        raw = raw or {}
        include, exclude = raw.get("include"), raw.get("exclude")
        return cls(
            raw.get("recurse") is True,
            include if isinstance(include, str) else "",
            exclude if isinstance(exclude, str) else "",
            raw.get("disableExtensionFilter") is True,
        )


def files(tree: Tree, app_path: str, directory: Directory, *, limit: int = 0) -> tuple[str, ...]:
    """Return the paths that are read, in order. Raises ManifestError.

    `limit` is the greatest sum of their sizes in bytes; 0 is no limit.
    """
    found: list[str] = []
    size = 0
    root = join(app_path)
    for path in tree.walk(root, recurse=directory.recurse):
        relative = path[len(root) + 1 :] if root else path
        content = _content(tree, path, relative, directory)
        if content is None:
            continue
        size += 0 if path.endswith(".jsonnet") else len(content.encode())
        if limit and size > limit:
            raise ManifestError(
                "failed to get potentially valid manifests: exceeded max combined manifest file "
                "size"
            )
        found.append(path)
    return tuple(found)


def objects(
    tree: Tree,
    app_path: str,
    directory: Directory,
    *,
    limit: int = 0,
    is_jsonnet_enabled: bool = True,
) -> tuple[dict[str, Any], ...]:
    """Return the objects of all files in order. Raises ManifestError."""
    found: list[dict[str, Any]] = []
    for path in files(tree, app_path, directory, limit=limit):
        text, name = tree.read(path), path.rpartition("/")[2]
        if name.endswith(".jsonnet"):
            found.extend(_jsonnet(text, name) if is_jsonnet_enabled else ())
        elif name.endswith(".json"):
            found.append(_json(text, name))
        else:
            found.extend(_documents(text, name))
    return tuple(found)


def _content(tree: Tree, path: str, relative: str, directory: Directory) -> str | None:
    """Return the content of a file that may be a manifest, else None."""
    name = path.rpartition("/")[2]
    if not directory.disable_extension_filter and not _MANIFEST.fullmatch(name):
        return None
    try:
        real = tree.resolve(path)
    except LinkError as error:
        raise ManifestError(f"failed to evaluate symlink at {relative!r}") from error
    if is_outside(real):
        raise ManifestError(
            f'failed to get potentially valid manifests: invalid manifest file "{path}": illegal '
            f'filepath in symlink at "{relative}"'
        )
    if not tree.is_file(real):
        return None
    if directory.exclude and gobwas_match(directory.exclude, relative):
        return None
    if directory.include and not gobwas_match(directory.include, relative):
        return None
    text = tree.read(path)
    return None if SKIP_MARKER in text else text


def _jsonnet(text: str, name: str) -> list[dict[str, Any]]:
    try:
        value = canonical(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError) as error:
        raise ManifestError(f'Failed to evaluate jsonnet "{name}"') from error
    items = value if isinstance(value, list) else [value]
    if not all(_is_object(item) for item in items):
        raise ManifestError(f'Failed to unmarshal generated json "{name}"')
    return items


def _json(text: str, name: str) -> dict[str, Any]:
    stripped = text.lstrip("\ufeff \t\r\n")
    try:
        value, end = json.JSONDecoder().raw_decode(stripped)
    except ValueError as error:
        raise ManifestError(f'Failed to unmarshal "{name}"') from error
    if not _is_object(value) and not _is_image_manifest(value):
        raise ManifestError(f'Failed to unmarshal "{name}"')
    rest = stripped[end:].strip()
    if rest and rest[0] not in "]}":
        raise ManifestError(
            f'Found multiple objects in "{name}". Only single objects are allowed in JSON files.'
        )
    return canonical(value) if _is_object(value) else {}


def _is_image_manifest(value: Any) -> bool:
    """Say whether Argo CD would let the file pass for the manifest of an OCI image."""
    return isinstance(value, dict) and all(
        value.get(key) is None or isinstance(value[key], kind) for key, kind in _OCI_TYPES.items()
    )


def _documents(text: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    try:
        for value in _values(text):
            if value is None:
                continue
            if not _is_object(value):
                raise ValueError("Object 'Kind' is missing")  # noqa: TRY301 - one end for all
            found.append(value)
    except (yaml.YAMLError, ValueError) as error:
        looks_like_manifest = all(part in text for part in ("apiVersion:", "kind:", "metadata:"))
        if found or looks_like_manifest:
            raise ManifestError(f'Failed to unmarshal "{name}": {error}') from error
    return found


def _values(text: str) -> Iterator[Any]:
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        values = _json_values(text)
        if values is not None:
            yield from values
            return
    for part in re.split(
        r"(?m)^---[^\n]*$" if "\n---" in text or text.startswith("---") else r"\Z(?!)", text
    ):
        yield canonical(yaml.safe_load(part))


def _json_values(text: str) -> list[Any] | None:
    decoder, rest, values = json.JSONDecoder(), text.strip(), list[Any]()
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except ValueError:
            return None
        values.append(canonical(value))
        rest = rest[end:].strip()
    return values


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("kind"), str) and value["kind"] != ""
