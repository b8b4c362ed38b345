set -eu
temporal operator namespace describe --namespace bihuan ||
  temporal operator namespace create --namespace bihuan --retention 72h
