"""The build environment that texts of a source may use; mirrors `newEnv` of `repository.go`."""


def build_environment(
    *, name: str, namespace: str, project: str, commit: str, repo_url: str, path: str, revision: str
) -> dict[str, str]:
    """Return the variables by name; `namespace` is the destination's."""
    return {
        "ARGOCD_APP_NAME": name,
        "ARGOCD_APP_NAMESPACE": namespace,
        "ARGOCD_APP_PROJECT_NAME": project,
        "ARGOCD_APP_REVISION": commit,
        "ARGOCD_APP_REVISION_SHORT": commit[:7],
        "ARGOCD_APP_REVISION_SHORT_8": commit[:8],
        "ARGOCD_APP_SOURCE_REPO_URL": repo_url,
        "ARGOCD_APP_SOURCE_PATH": path,
        "ARGOCD_APP_SOURCE_TARGET_REVISION": revision,
    }
