"""Write `auditor/argocd/data/schema.json` from Argo CD's three CRDs.

`python -m tests.support.make_schema FOLDER` reads `application-crd.yaml`, `applicationset-crd.yaml`
and `appproject-crd.yaml` of `manifests/crds` in the Argo CD repository (Apache License 2.0) and
keeps what validation and pruning need. Equal subtrees are stored once.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).parents[2] / "auditor" / "argocd" / "data" / "schema.json"
FILES = {
    "Application": "application-crd.yaml",
    "ApplicationSet": "applicationset-crd.yaml",
    "AppProject": "appproject-crd.yaml",
}
_PLAIN = {
    "type": "t",
    "format": "f",
    "enum": "e",
    "pattern": "m",
    "minLength": "l",
    "maxLength": "h",
    "required": "r",
    "nullable": "n",
    "x-kubernetes-preserve-unknown-fields": "x",
    "x-kubernetes-int-or-string": "o",
}


def node_id(schema: dict[str, Any], nodes: list[dict[str, Any]], seen: dict[str, int]) -> int:
    """Return the number of a schema in `nodes`, appending it and its parts where they are new."""
    node: dict[str, Any] = {
        short: schema[name] for name, short in _PLAIN.items() if schema.get(name)
    }
    properties = schema.get("properties") or {}
    if properties:
        node["p"] = {key: node_id(properties[key], nodes, seen) for key in sorted(properties)}
    for name, short in (("items", "i"), ("additionalProperties", "a")):
        if isinstance(schema.get(name), dict):
            node[short] = node_id(schema[name], nodes, seen)
    text = json.dumps(node, sort_keys=True)
    if text not in seen:
        seen[text] = len(nodes)
        nodes.append(node)
    return seen[text]


def main(folder: Path) -> None:
    """Read the CRDs of `folder` and write the data file."""
    nodes: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    roots = {}
    for kind, name in FILES.items():
        crd = yaml.safe_load((folder / name).read_text("utf-8"))
        version = crd["spec"]["versions"][0]
        roots[kind] = node_id(version["schema"]["openAPIV3Schema"], nodes, seen)
    TARGET.parent.mkdir(exist_ok=True)
    data = {"roots": roots, "nodes": nodes}
    TARGET.write_text(json.dumps(data, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
