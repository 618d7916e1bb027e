"""Credentials and the HTTP pool of one API server, as the official client reads them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from auditor.kube.origin import LiveOrigin
from auditor.snapshot import redact

_IN_CLUSTER: Final = "in-cluster"
_POOL: Final = 32


class Unreachable(Exception):
    """No connection can be attempted.

    `code` is one of `kubeconfig_missing`, `kubeconfig_broken`, `context_unknown` and
    `not_in_cluster`; `facts` name the file, the context and those that exist.
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the API server is and how to be let in; credentials stay inside `client`."""

    url: str
    """Address without user name and password."""
    context: str
    """Context of the kubeconfig, or `in-cluster`."""
    client: Any = field(repr=False, compare=False)
    """`kubernetes.client.ApiClient`."""

    @property
    def server(self) -> str:
        """Return host and port."""
        return host_and_port(self.url)

    @property
    def address(self) -> str:
        """Return host, port and path: a gateway may serve many clusters on one host."""
        return address(self.url)

    @property
    def origin(self) -> LiveOrigin:
        """Return what objects read through it name as their origin."""
        return LiveOrigin(self.server)


def connect(
    kubeconfig: Path | None = None, context: str | None = None, *, in_cluster: bool = False
) -> Connection:
    """Read credentials without talking to the server; raise Unreachable.

    `kubeconfig` defaults to $KUBECONFIG, then ~/.kube/config; where neither exists, a pod uses
    its ServiceAccount, as kubectl does. Refreshed tokens are never written back.
    """
    named = str(kubeconfig) if kubeconfig else os.environ.get("KUBECONFIG") or "~/.kube/config"
    files = [Path(part).expanduser() for part in named.split(os.pathsep) if part]
    if in_cluster:
        return _from_service_account()
    if not any(path.is_file() for path in files):
        if kubeconfig is None and "KUBERNETES_SERVICE_HOST" in os.environ:
            return _from_service_account()
        raise Unreachable("kubeconfig_missing", kubeconfig=named)
    return _from_kubeconfig(named, context)


def host_and_port(url: str) -> str:
    """Return `host:port` of `url`, the port filled in from the scheme; empty if it has no host."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{port or (80 if parts.scheme == 'http' else 443)}"


def address(url: str) -> str:
    """Return `host:port/path` of `url`, by which two URLs of one cluster are equal."""
    return host_and_port(url) + urlsplit(url).path.rstrip("/") if host_and_port(url) else ""


def _from_service_account() -> Connection:
    from kubernetes import client, config  # noqa: PLC0415 - half a second

    settings = client.Configuration()
    try:
        _untyped(config.load_incluster_config)(client_configuration=settings)
    except config.ConfigException as error:
        raise Unreachable("not_in_cluster", message=str(error)) from error
    return _connection(settings, _IN_CLUSTER)


def _from_kubeconfig(files: str, context: str | None) -> Connection:
    import yaml  # noqa: PLC0415
    from kubernetes import client, config  # noqa: PLC0415 - half a second

    settings = client.Configuration()
    try:
        contexts, current = _untyped(config.list_kube_config_contexts)(files)
    except yaml.YAMLError as error:
        # the message of a YAML error quotes the line, which may hold a token
        raise Unreachable("kubeconfig_broken", kubeconfig=files, message="YAML") from error
    except config.ConfigException as error:
        raise Unreachable("kubeconfig_broken", kubeconfig=files, message=str(error)) from error
    except (OSError, AttributeError, KeyError, TypeError, UnicodeDecodeError) as error:
        name = type(error).__name__
        raise Unreachable("kubeconfig_broken", kubeconfig=files, message=name) from error
    names = [str(entry["name"]) for entry in contexts]
    chosen = context or _name(current)
    if chosen not in names:
        known = ", ".join(sorted(names))
        raise Unreachable("context_unknown", kubeconfig=files, context=chosen, known=known)
    try:
        _untyped(config.load_kube_config)(files, chosen, settings, persist_config=False)
    except config.ConfigException as error:
        raise Unreachable("kubeconfig_broken", kubeconfig=files, message=str(error)) from error
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        name = type(error).__name__
        raise Unreachable("kubeconfig_broken", kubeconfig=files, message=name) from error
    if not host_and_port(settings.host):
        raise Unreachable("kubeconfig_broken", kubeconfig=files, message="server")
    return _connection(settings, chosen)


def _connection(settings: Any, context: str) -> Connection:
    import ssl  # noqa: PLC0415

    from kubernetes import client  # noqa: PLC0415 - half a second
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    # both the client and its HTTP library would otherwise wait and retry on their own
    settings.retries = False
    settings.connection_pool_maxsize = _POOL
    try:
        api = client.ApiClient(settings)
    except (OSError, ValueError, ssl.SSLError, HTTPError) as error:
        raise Unreachable("kubeconfig_broken", message=type(error).__name__) from error
    return Connection(redact.url(str(settings.host)).rstrip("/"), context, api)


def _name(entry: object) -> str:
    return str(entry.get("name", "")) if isinstance(entry, Mapping) else ""


def _untyped(function: Any) -> Any:
    """Say that `function` of the official client has no annotations."""
    return function
