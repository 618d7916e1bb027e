"""Write what the real `helm` and `kustomize` make of the charts and overlays of the tests.

    python -m tests.support.make_rendered HELM KUSTOMIZE

The two arguments are the binaries; they are needed here only, the tests read what they wrote.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[1] / "collector" / "data"
RELEASE, NAMESPACE, KUBE_VERSION = "rel", "shop", "v1.33.0"
BUILD_FIRST = b"missing in charts/ directory"


def cases(kind: str) -> list[Path]:
    """Return the folders of the cases: `charts` or `overlays`."""
    return sorted(path.parent for path in (DATA / kind).glob("*/source.yaml"))


def source_of(case: Path) -> dict[str, Any]:
    """Return the source of the Application that renders the case."""
    source: dict[str, Any] = yaml.safe_load((case / "source.yaml").read_text("utf-8"))
    return source


def helm_arguments(helm: Mapping[str, Any], root: Path, chart: Path) -> Iterator[str]:
    """Yield the arguments Argo CD would give to `helm template` (`util/helm/cmd.go`)."""
    yield from ("--name-template", helm.get("releaseName", RELEASE))
    yield from ("--namespace", helm.get("namespace", NAMESPACE))
    yield from ("--kube-version", helm.get("kubeVersion", KUBE_VERSION))
    for entry in helm.get("parameters", ()):
        value = str(entry["value"])
        value = value if value.startswith("{") else value.replace(",", "\\,")
        flag = "--set-string" if entry.get("forceString") else "--set"
        yield from (flag, f"{entry['name']}={value}")
    for entry in helm.get("fileParameters", ()):
        yield from ("--set-file", f"{entry['name']}={entry['path']}")
    for name in helm.get("valueFiles", ()):
        file = root / name.lstrip("/") if name.startswith("/") else chart / name
        if file.exists() or not helm.get("ignoreMissingValueFiles"):
            yield from ("--values", str(file))
    own = helm.get("valuesObject", helm.get("values"))
    if own is not None:
        written = root / ".own-values.yaml"
        written.write_text(own if isinstance(own, str) else yaml.safe_dump(own), "utf-8")
        yield from ("--values", str(written))
    for version in helm.get("apiVersions", ()):
        yield from ("--api-versions", version)
    yield from ([] if helm.get("skipCrds") else ["--include-crds"])
    yield from (["--skip-schema-validation"] if helm.get("skipSchemaValidation") else [])
    yield from (["--skip-tests"] if helm.get("skipTests") else [])


def template(binary: str, case: Path, root: Path) -> "subprocess.CompletedProcess[bytes]":
    """Return what `helm template` did, dependencies of the repository built where it asks."""
    source = source_of(case)
    chart = root / source["path"]
    command = [binary, "template", ".", *helm_arguments(source["helm"], root, chart)]
    done = _run(command, chart)
    if done.returncode and BUILD_FIRST in done.stderr:
        _run([binary, "dependency", "build"], chart)
        done = _run(command, chart)
    return done


def build(binary: str, case: Path, root: Path) -> "subprocess.CompletedProcess[bytes]":
    """Return what `kustomize build` did after the edits Argo CD makes (`util/kustomize`)."""
    source = source_of(case)
    folder = root / source["path"]
    for command in _edits(source.get("kustomize", {}), folder):
        done = _run([binary, "edit", *command], folder)
        if done.returncode:
            return done
    if patches := source.get("kustomize", {}).get("patches"):
        file = folder / "kustomization.yaml"
        written = yaml.safe_load(file.read_text("utf-8"))
        written["patches"] = [*written.get("patches", ()), *patches]
        file.write_text(yaml.safe_dump(written), "utf-8")
    return _run([binary, "build", "."], folder)


def _edits(block: Mapping[str, Any], folder: Path) -> Iterator[list[str]]:
    for key in ("namePrefix", "nameSuffix", "namespace"):
        if key in block:
            yield ["set", key.lower(), "--", block[key]]
    if "images" in block:
        yield ["set", "image", *block["images"]]
    if "replicas" in block:
        yield ["set", "replicas", *(f"{e['name']}={e['count']}" for e in block["replicas"])]
    for kind in ("label", "annotation"):
        pairs = block.get(f"common{kind.capitalize()}s", {})
        names = {
            "forceCommonLabels": "--force",
            "labelWithoutSelector": "--without-selector",
            "labelIncludeTemplates": "--include-templates",
        }
        names = names if kind == "label" else {"forceCommonAnnotations": "--force"}
        flags = [flag for key, flag in names.items() if block.get(key)]
        if pairs:
            yield ["add", kind, *flags, *(f"{key}:{value}" for key, value in pairs.items())]
    parts = block.get("components", ())
    if block.get("ignoreMissingComponents"):
        parts = [part for part in parts if (folder / part).exists()]
    if parts:
        yield ["add", "component", *parts]


def _run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False
        )


def _write(case: Path, done: "subprocess.CompletedProcess[bytes]", root: Path) -> None:
    for name in ("expected.yaml", "refused.txt"):
        (case / name).unlink(missing_ok=True)
    if done.returncode:
        text = done.stderr.decode().replace(str(root), "")
        (case / "refused.txt").write_text(text, "utf-8")
    else:
        (case / "expected.yaml").write_bytes(done.stdout)
    sys.stdout.write(f"{case.parent.name}/{case.name}: {done.returncode}\n")


def main() -> None:
    """Write `expected.yaml`, or `refused.txt`, beside each source."""
    helm, kustomize = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
    for kind in ("charts", "overlays"):
        for case in cases(kind):
            with tempfile.TemporaryDirectory() as scratch:
                root = Path(scratch) / "repository"
                shutil.copytree(case, root)
                does = (template, helm) if kind == "charts" else (build, kustomize)
                _write(case, does[0](does[1], case, root), root)


if __name__ == "__main__":
    main()
