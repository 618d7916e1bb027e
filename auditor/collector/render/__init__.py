"""What Applications would apply: Helm, Kustomize and plain directories, rendered offline."""
