"""A real kube-apiserver with the CRDs of Argo CD, and what a test puts into it."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from auditor.collector.connection import Connection, connect

_ENVTEST: Final = Path(__file__).resolve().parents[2].parent / "shared" / "envtest"
_TOOLS: Final = ("bash", "openssl", "curl", "xz", "base64", "sha256sum")
_SERVERS: Final = ("etcd", "kube-apiserver")
_STARTING: Final = 120


@dataclass(frozen=True, slots=True)
class ApiServer:
    """A running server, reached as its administrator."""

    kubeconfig: Path

    def kubectl(self, *arguments: str, objects: Iterable[dict[str, Any]] = ()) -> str:
        """Run kubectl, with `objects` as what `-f -` reads; return its output."""
        done = self._run(arguments, objects)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def eventually(self, *arguments: str) -> None:
        """Run kubectl until it succeeds."""
        deadline = time.monotonic() + _STARTING
        while (done := self._run(arguments, ())).returncode:
            assert time.monotonic() < deadline, done.stderr
            time.sleep(0.2)

    def _run(
        self, arguments: tuple[str, ...], objects: Iterable[dict[str, Any]]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [_kubectl(), "--kubeconfig", str(self.kubeconfig), *arguments],
            input=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}),
            capture_output=True,
            text=True,
            check=False,
            timeout=_STARTING,
        )

    def apply(self, *objects: dict[str, Any]) -> None:
        """Create or change `objects`."""
        self.kubectl("apply", "--server-side", "-f", "-", objects=objects)

    def connect(self) -> Connection:
        """Connect as administrator."""
        return connect(self.kubeconfig)

    def connect_as(self, service_account: str, namespace: str) -> Connection:
        """Connect with a fresh token of a ServiceAccount, which is created if it is not there."""
        self.apply(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": service_account, "namespace": namespace},
            }
        )
        token = self.kubectl("create", "token", service_account, "-n", namespace).strip()
        admin = yaml.safe_load(self.kubeconfig.read_text())
        admin["users"] = [{"name": service_account, "user": {"token": token}}]
        admin["contexts"][0]["context"]["user"] = service_account
        path = self.kubeconfig.parent / f"{service_account}.kubeconfig"
        path.touch(0o600)
        path.write_text(yaml.safe_dump(admin))
        return connect(path)


@contextmanager
def started(folder: Path) -> Iterator[ApiServer]:
    """Start etcd and kube-apiserver in `folder`; skip where that cannot be done.

    The binaries are those of KUBEBUILDER_ASSETS where that is set, else they are unpacked.
    """
    absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if not (_ENVTEST / "start.sh").is_file():
        pytest.skip("no API server beside the project")
    if absent or not Path(_kubectl()).is_file():
        pytest.skip(f"the API server needs {', '.join(absent) or 'kubectl'}")
    assets, work = _assets(folder), folder / "work"
    _run("start.sh", assets, work, *_free_ports())
    try:
        server = ApiServer(work / "kubeconfig")
        server.kubectl("apply", "--server-side", "-f", str(_ENVTEST / "crds"))
        # a list of a kind that has just been installed may be answered with 429
        for kind in ("applications", "applicationsets", "appprojects"):
            server.eventually("get", f"{kind}.argoproj.io", "-A")
        yield server
    finally:
        _run("stop.sh", work)


def secret(namespace: str, name: str, value: str, **labels: str) -> dict[str, Any]:
    """Return a Secret that holds `value`, and repeats it where `kubectl apply` would."""
    encoded = base64.b64encode(value.encode()).decode()
    copy = json.dumps({"data": {"password": encoded}, "stringData": {"password": value}})
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": labels,
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": copy},
        },
        "data": {"password": encoded},
    }


def _assets(folder: Path) -> Path:
    """Return the folder with etcd and kube-apiserver; skip where there are none."""
    if given := os.environ.get("KUBEBUILDER_ASSETS"):
        absent = [name for name in _SERVERS if not os.access(Path(given) / name, os.X_OK)]
        if absent:
            pytest.skip(f"KUBEBUILDER_ASSETS has no {', '.join(absent)}")
        return Path(given)
    absent = [name for name in _SERVERS if not (_ENVTEST / "bin" / f"{name}.xz").is_file()]
    if absent:
        pytest.skip(f"KUBEBUILDER_ASSETS is not set, and beside the project is no {absent[0]}")
    _run("unpack.sh", folder / "assets")
    return folder / "assets"


def _run(script: str, *arguments: Path | str) -> None:
    command = ["bash", str(_ENVTEST / script), *map(str, arguments)]
    # a pipe would be held open by the servers that the script leaves running
    subprocess.run(command, check=True, timeout=_STARTING, stdout=subprocess.DEVNULL)


def _kubectl() -> str:
    beside = Path(sys.executable).parent / "kubectl"
    return str(beside) if beside.is_file() else shutil.which("kubectl") or ""


def _free_ports() -> tuple[str, str]:
    """Return a port for the API server and one for etcd, whose successor is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            second.bind(("127.0.0.1", 0))
            api, etcd = first.getsockname()[1], second.getsockname()[1]
            try:
                third.bind(("127.0.0.1", etcd + 1))
            except (OSError, OverflowError):
                continue
            return str(api), str(etcd)
