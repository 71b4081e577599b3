# What docs/scheduling.md takes for given: a configuration that names the ledger, as another user runs the job.
set -eu
printf 'clientId: erp\nledger: ledger.sqlite\n' >cas-batch.yaml
