{{- define "poolhouse.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "poolhouse.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "poolhouse.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "poolhouse.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "poolhouse.selector" -}}
app.kubernetes.io/name: {{ include "poolhouse.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "poolhouse.labels" -}}
{{ include "poolhouse.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "poolhouse.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "poolhouse.secretName" -}}
{{- if .Values.secret.existing }}
{{- .Values.secret.existing }}
{{- else if .Values.secret.values }}
{{- include "poolhouse.fullname" . }}
{{- else }}
{{- fail "Set secret.existing to the name of a secret with DATABASE_URL, POOLHOUSE_MASTER_KEY, POOLHOUSE_ACCESS_KEY_ID and POOLHOUSE_SECRET_ACCESS_KEY, or secret.values to the values themselves." }}
{{- end }}
{{- end }}

{{- define "poolhouse.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "poolhouse.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "poolhouse.environment" -}}
envFrom:
  - secretRef:
      name: {{ include "poolhouse.secretName" . }}
env:
  - name: POOLHOUSE_PUBLIC_URL
    value: {{ .Values.publicUrl | quote }}
  - name: POOLHOUSE_SHUTDOWN_DELAY
    value: {{ .Values.shutdownDelaySeconds | quote }}
  {{- if not (hasKey .Values.env "POOLHOUSE_TRUST_PROXY") }}
  - name: POOLHOUSE_TRUST_PROXY
    value: "1"
  {{- end }}
  {{- range $name, $value := .Values.env }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
