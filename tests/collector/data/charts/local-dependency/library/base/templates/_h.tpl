{{ define "base.name" }}base-of-{{ .Chart.Name }}{{ end }}
