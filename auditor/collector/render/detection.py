"""What kind of source a folder is; mirrors `GetAppSourceType` and `mergeSourceParameters`."""

import posixpath
from collections.abc import Mapping
from functools import partial
from typing import Any

from auditor.argocd import repository_tree
from auditor.argocd.application_source import ManyTypes, explicit_type
from auditor.argocd.source_detection import discovered
from auditor.argocd.source_overrides import OverrideError, effective, file_names
from auditor.collector import yaml_reader
from auditor.collector.render.failure import wrong
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_nodes import BadYaml


def folder_of(path: str, tree: Tree) -> str:
    """Return the source's folder inside the tree; raise NotRendered as Argo CD would."""
    if path.startswith("/"):
        raise wrong("path_absolute", path=path)
    if posixpath.normpath(path or ".").startswith(".."):
        raise wrong("path_outside_repository", path=path)
    try:
        resolved = tree.resolve(path)
    except BadLink as bad:
        raise wrong("path_outside_repository", path=path) from bad
    if resolved in tree.folders:
        return resolved
    if resolved in tree.entries:
        raise wrong("path_not_a_folder", path=path)
    raise wrong("path_missing", path=path)


def overridden(source: Mapping[str, Any], folder: str, name: str, tree: Tree) -> dict[str, Any]:
    """Return the source as Argo CD knows it, with `.argocd-source*.yaml` merged in.

    `name` is the Application's in tracking. Raise NotRendered.
    """
    files = {path: _text(path, tree) for path in file_names(folder, name) if tree.is_file(path)}
    beside = repository_tree.Tree({path: partial(str, text) for path, text in files.items()}, {})
    try:
        return effective(source, beside, folder, name)
    except OverrideError as error:
        code = "override_unreadable" if files else "spec_malformed"
        raise wrong(code, message=str(error), file=", ".join(files)) from error


def _text(path: str, tree: Tree) -> str:
    """Return the text of an override file once it is known to be bounded YAML."""
    try:
        text = yaml_reader.text_of(tree.read(path))
        yaml_reader.values(text)
    except BadYaml as bad:
        raise wrong("override_unreadable", file=path, line=bad.line, message=bad.reason) from bad
    return text


def type_of(source: Mapping[str, Any], folder: str, tree: Tree) -> str:
    """Return Helm, Kustomize, Directory or Plugin; raise NotRendered for several at once."""
    try:
        explicit = explicit_type(source)
    except ManyTypes as many:
        raise wrong("many_source_types", message=str(many)) from many
    if explicit is not None:
        return explicit
    start = f"{folder}/" if folder else ""
    here = [p[len(start) :] for p in tree.under(folder) if "/" not in p[len(start) :]]
    return discovered(here, {})
