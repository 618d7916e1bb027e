"""The inventory as a table for people, as JSON, and as a graph for Graphviz and Mermaid."""

import json as jsonlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from auditor.renderer.plain import harmless, spelt
from auditor.report.inventory import Inventory, Node, Place

_HEAD: Final = ("KIND/NAMESPACE/NAME", "ENVIRONMENT", "WHY", "SEEN", "FROM", "SOURCES")
_SHAPES: Final = {"ApplicationSet": "hexagon", "Chart": "folder", "Kustomization": "folder"}


def table(found: Inventory) -> str:
    """Return a tree of parents and children with what is known of each, and what is left out."""
    found = harmless(found)
    rows = [_HEAD, *(_row(node, level, is_again=again) for node, level, again in _walk(found))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD) - 1)]
    lines = [
        "  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]
    counts = "  ".join(f"{how}={number}" for how, number in found.counts.items())
    lines += ["", f"APPLICATIONS  {sum(found.counts.values())}  {counts}".rstrip()]
    lines += [f"LEFT OUT  {one.repository}  {one.what}  {one.files}" for one in found.left_out]
    lines += [f"TOKENS  {place}" for place in found.tokens]
    lines += [f"GAP  {' '.join(gap.key.split())}" for gap in found.gaps]
    return "\n".join(lines) + "\n"


def json(found: Inventory) -> str:
    """Return the whole inventory."""
    return spelt(jsonlib.dumps(asdict(found), indent=1, ensure_ascii=False)) + "\n"


def dot(found: Inventory) -> str:
    """Return a graph for Graphviz."""
    found = harmless(found)
    lines = ["digraph inventory {", "  rankdir=LR;", "  node [shape=box];"]
    for node in found.nodes:
        label = _quoted("\n".join(_label(node)))
        shape = f", shape={_SHAPES[node.kind]}" if node.kind in _SHAPES else ""
        style = ", style=dashed" if node.seen == "live" else ""
        lines.append(f"  {_quoted(node.id)} [label={label}{shape}{style}];")
    lines += [f"  {_quoted(a)} -> {_quoted(b)};" for a, b in _edges(found)]
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(found: Inventory) -> str:
    """Return a flowchart for Mermaid."""
    found = harmless(found)
    short = {node.id: f"n{number}" for number, node in enumerate(found.nodes)}
    lines = ["flowchart LR"]
    for node in found.nodes:
        # Mermaid knows entities only, and an entity begins with a hash.
        label = "<br/>".join(
            part.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;")
            for part in _label(node)
        )
        lines.append(f'  {short[node.id]}["{label}"]')
    lines += [f"  {short[a]} --> {short[b]}" for a, b in _edges(found) if {a, b} <= short.keys()]
    return "\n".join(lines) + "\n"


FORMATS: Final[Mapping[str, Callable[[Inventory], str]]] = {
    "table": table,
    "json": json,
    "dot": dot,
    "mermaid": mermaid,
}


def _walk(found: Inventory) -> Iterator[tuple[Node, int, bool]]:
    """Yield every node below each of its parents; its children only the first time."""
    nodes = {node.id: node for node in found.nodes}
    done: set[str] = set()
    tops = [n.id for n in found.nodes if not any(parent in nodes for parent in n.parents)]
    # Circles have no top: whatever is left begins one.
    waiting = [(top, 0) for top in reversed([*tops, *(n.id for n in found.nodes)])]
    while waiting:
        name, level = waiting.pop()
        if name not in nodes or (level == 0 and name in done):
            continue
        yield nodes[name], level, name in done
        if name not in done:
            waiting += [(child, level + 1) for child in reversed(nodes[name].children)]
        done.add(name)


def _row(node: Node, level: int, *, is_again: bool) -> tuple[str, ...]:
    name = "  " * level + node.id
    if is_again:
        return (f"{name} ↑", "", "", "", "", "")
    return (
        name,
        ",".join(node.environments),
        ",".join(node.why),
        node.seen,
        " | ".join(_from(place) for place in node.places),
        " | ".join(node.sources),
    )


def _from(place: Place) -> str:
    where = f"{place.path}:{place.line}" if place.line else place.path
    return where if place.how == "file" else f"{place.how} {place.by} ({where})"


def _label(node: Node) -> Iterator[str]:
    yield node.kind
    yield f"{node.namespace}/{node.name}" if node.namespace else node.name
    if node.environments:
        yield ", ".join(node.environments)


def _edges(found: Inventory) -> Iterator[tuple[str, str]]:
    for node in found.nodes:
        yield from ((node.id, child) for child in node.children)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
