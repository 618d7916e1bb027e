"""What the containers of Argo CD set for themselves, past argocd-cmd-params-cm.

Mirrors the flags and variables of upstream `cmd/argocd-*/commands`. Only those that rules ask for
are read, and nothing but literal values: references to Secrets stay unread.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.kube.loose import mappings, text, texts

SERVER: Final = "argocd-server"
CONTROLLER: Final = "argocd-application-controller"
REPO_SERVER: Final = "argocd-repo-server"
DYNAMIC_DISTRIBUTION: Final = "controller.dynamic.cluster.distribution.enabled"
"""No key of argocd-cmd-params-cm: only the Deployment switches it on."""

_FLAGS: Final = {
    SERVER: {
        "--insecure": "server.insecure",
        "--disable-auth": "server.disable.auth",
        "--repo-server-plaintext": "server.repo.server.plaintext",
        "--enable-proxy-extension": "server.enable.proxy.extension",
    },
    CONTROLLER: {
        "--repo-server-plaintext": "controller.repo.server.plaintext",
        "--sharding-method": "controller.sharding.algorithm",
        "--dynamic-cluster-distribution-enabled": DYNAMIC_DISTRIBUTION,
    },
    REPO_SERVER: {
        "--disable-tls": "reposerver.disable.tls",
        "--allow-oob-symlinks": "reposerver.allow.oob.symlinks",
    },
}
_VARIABLES: Final = {
    SERVER: {
        "ARGOCD_SERVER_INSECURE": "server.insecure",
        "ARGOCD_SERVER_DISABLE_AUTH": "server.disable.auth",
        "ARGOCD_SERVER_REPO_SERVER_PLAINTEXT": "server.repo.server.plaintext",
        "ARGOCD_SERVER_ENABLE_PROXY_EXTENSION": "server.enable.proxy.extension",
    },
    CONTROLLER: {
        "ARGOCD_APPLICATION_CONTROLLER_REPO_SERVER_PLAINTEXT": "controller.repo.server.plaintext",
        "ARGOCD_CONTROLLER_SHARDING_ALGORITHM": "controller.sharding.algorithm",
        "ARGOCD_ENABLE_DYNAMIC_CLUSTER_DISTRIBUTION": DYNAMIC_DISTRIBUTION,
    },
    REPO_SERVER: {
        "ARGOCD_REPO_SERVER_DISABLE_TLS": "reposerver.disable.tls",
        "ARGOCD_REPO_SERVER_ALLOW_OUT_OF_BOUNDS_SYMLINKS": "reposerver.allow.oob.symlinks",
    },
}
_NAME: Final = "app.kubernetes.io/name"


def component(raw: Mapping[str, Any]) -> str:
    """Return `argocd-server` and the like, whatever a release's name puts before it, or nothing."""
    name = text(raw, "metadata", "name")
    label = text(raw, "metadata", "labels", _NAME)
    return next((known for known in _FLAGS if known == label or name.endswith(known)), "")


def settings(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return by key of argocd-cmd-params-cm what a Deployment or StatefulSet sets itself."""
    own = component(raw)
    found: dict[str, str] = {}
    for container in mappings(raw, "spec", "template", "spec", "containers"):
        for variable in mappings(container, "env"):
            key = _VARIABLES.get(own, {}).get(text(variable, "name"))
            if key and isinstance(value := variable.get("value"), str):
                found[key] = value
        # a flag wins over its variable
        words = (*texts(container, "command"), *texts(container, "args"))
        found |= {
            key: value for word, value in _flags(words) if (key := _FLAGS.get(own, {}).get(word))
        }
    return found


def _flags(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield flags with their values: `--a=b`, `--a b`, and `--a` alone, which is true."""
    for i, word in enumerate(words):
        name, equals, value = word.partition("=")
        if not name.startswith("--"):
            continue
        following = words[i + 1] if i + 1 < len(words) else ""
        is_alone = not following or following.startswith("-")
        # boolean flags take no separate value
        takes_value = name == "--sharding-method" and not is_alone
        yield name, value if equals else following if takes_value else "true"
