"""Where `helm.valueFiles` lead.

Mirrors `getResolvedValueFiles` of upstream `reposerver/repository/repository.go` and
`util/io/path/resolved.go`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.argocd.repository_tree import LinkError, Tree, is_outside, join
from auditor.kube.patterns import linear_match

_FAILED = "internal error: failed to resolve path. Check logs for more details"
_SHELL_SPECIAL = "*#$@!?-0123456789"


class ValueFileError(Exception):
    """A value file that cannot be resolved; the message is Argo CD's."""


@dataclass(frozen=True, slots=True)
class ValueFile:
    """One resolved entry: a path in a repository, or a URL where `repository` is None."""

    path: str
    repository: str | None = ""
    """Empty for the repository of the source, else the URL of the referenced one."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What value files are resolved against."""

    tree: Tree
    app_path: str
    references: Mapping[str, tuple[str, Tree]] = field(default_factory=dict)
    """`$name` to URL and tree of the referenced repository."""
    environment: Mapping[str, str] = field(default_factory=dict)
    schemes: Sequence[str] = ("https", "http")


def resolve_value_files(
    value_files: Sequence[str], checkout: Checkout, *, ignore_missing: bool = False
) -> tuple[ValueFile, ...]:
    """Return the files in the order Helm gets them, globs expanded. Raises ValueFileError.

    A missing file stays in the list (Helm then fails) unless `ignore_missing`.
    """
    explicit = set(_explicit(value_files, checkout))
    found: dict[ValueFile, None] = {}
    for raw in value_files:
        try:
            resolved = _resolve(raw, checkout)
        except ValueFileError as error:
            raise ValueFileError(f"error resolving value file path: {error}") from error
        if resolved.repository is None:
            found[resolved] = None
        elif _is_glob(resolved.path):
            matches = _expand(raw, resolved, checkout, ignore_missing=ignore_missing)
            found.update(dict.fromkeys(match for match in matches if match not in explicit))
        elif not ignore_missing or _tree(resolved, checkout).exists(resolved.path):
            found[resolved] = None
    return tuple(found)


def expand_environment(text: str, environment: Mapping[str, str]) -> str:
    """Replace `$name` and `${name}` as os.Expand does; `$$` is a dollar, unknown names vanish."""
    out: list[str] = []
    position = 0
    while position < len(text):
        if text[position] != "$" or position + 1 >= len(text):
            out.append(text[position])
            position += 1
            continue
        name, width = _shell_name(text[position + 1 :])
        if name:
            out.append("$" if name == "$" else environment.get(name, ""))
        elif not width:
            out.append("$")
        position += width + 1
    return "".join(out)


def _shell_name(text: str) -> tuple[str, int]:
    """Return the name of a variable and how many characters it takes."""
    if text[0] == "{":
        if len(text) > 2 and text[1] in _SHELL_SPECIAL and text[2] == "}":
            return text[1], 3
        end = text.find("}", 1)
        if end == 1:
            return "", 2
        return (text[1:end], end + 1) if end > 0 else ("", 1)
    if text[0] in _SHELL_SPECIAL:
        return text[0], 1
    match = re.match(r"[A-Za-z0-9_]*", text)
    name = match[0] if match else ""
    return name, len(name)


def _explicit(value_files: Sequence[str], checkout: Checkout) -> Iterator[ValueFile]:
    for raw in value_files:
        try:
            resolved = _resolve(raw, checkout)
        except ValueFileError:
            continue
        if not _is_glob(resolved.path):
            yield resolved


def _resolve(raw: str, checkout: Checkout) -> ValueFile:
    name, _, rest = raw.partition("/")
    if raw.startswith("$") and name in checkout.references:
        url, tree = checkout.references[name]
        path = "" if "/" not in raw else f"/{rest}"
        try:
            return _locate(expand_environment(path, checkout.environment), tree, "", url, checkout)
        except ValueFileError as error:
            raise ValueFileError(f"error resolving value file path: {error}") from error
    text = expand_environment(raw, checkout.environment)
    return _locate(text, checkout.tree, checkout.app_path, "", checkout)


def _locate(text: str, tree: Tree, base: str, repository: str, checkout: Checkout) -> ValueFile:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
    if scheme is not None and not re.search(r"[\x00-\x1f\x7f]", text):
        name = scheme[1].lower()
        if any(name == allowed.lower() for allowed in checkout.schemes):
            return ValueFile(text, None)
        raise ValueFileError(f"the URL scheme '{name}' is not allowed")
    is_rooted = text.startswith("/")
    path = join(text.lstrip("/")) if is_rooted else join(base, text)
    if is_outside(path):
        raise ValueFileError(f"file '{text}' resolved to outside repository root")
    try:
        real = _delinked(path, tree)
    except LinkError as error:
        raise ValueFileError(_FAILED) from error
    if is_outside(real):
        raise ValueFileError(f"file '{text}' resolved to outside repository root")
    if not real:
        raise ValueFileError(_FAILED)
    return ValueFile(real, repository)


def _delinked(path: str, tree: Tree) -> str:
    """Follow a link that stands at the path itself; links above it stay. Raises LinkError."""
    for _ in range(11):
        target = tree.links.get(path)
        if target is None:
            return path
        path = target if target.startswith("/") else join(path.rpartition("/")[0], target)
        if is_outside(path):
            return path
    raise LinkError(path)


def _tree(found: ValueFile, checkout: Checkout) -> Tree:
    trees = dict(checkout.references.values())
    return trees[found.repository] if found.repository else checkout.tree


def _is_glob(path: str) -> bool:
    return any(char in path for char in "*?[")


def _expand(
    raw: str, pattern: ValueFile, checkout: Checkout, *, ignore_missing: bool
) -> list[ValueFile]:
    tree = _tree(pattern, checkout)
    matches = matching(pattern.path, tree.paths())
    if not matches and not ignore_missing:
        raise ValueFileError(f'values file glob "{raw}" matched no files')
    for path in matches:
        try:
            is_bad = is_outside(tree.resolve(path))
        except LinkError:
            is_bad = True
        if is_bad:
            raise ValueFileError(
                f'glob pattern "{raw}": glob match "{path}" resolved to outside repository root'
            )
    return [ValueFile(path, pattern.repository) for path in matches]


def matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """Return which of `paths` a glob of bmatcuk/doublestar names, in the order it finds them."""
    expression = _doublestar(pattern)
    # folder by folder: where one name begins another, their order is not that of the whole paths
    return sorted((p for p in paths if linear_match(expression, p)), key=lambda p: p.split("/"))


def _doublestar(pattern: str) -> str:
    """Translate a glob of bmatcuk/doublestar: `**` spans directories, `{a,b}` are alternatives."""
    out: list[str] = []
    parts = re.findall(r"\*\*/|\*\*|\\.|\[[!^]?[^\]]+\]|.", pattern)
    depth = 0
    for part in parts:
        depth += {"{": 1, "}": -1}.get(part, 0)
        simple = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
        if part in simple:
            out.append(simple[part])
        elif part == "," and depth:
            out.append("|")
        elif part.startswith("[") and len(part) > 2:
            out.append(part.replace("[!", "[^", 1))
        else:
            out.append(re.escape(part.removeprefix("\\") or part))
    return "".join(out)
