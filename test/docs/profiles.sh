# What docs/profiles.md takes for given: a spreadsheet with headers of its own.
set -eu
cp "$ROOT/samples/flat-title-block/export-list.xlsx" export.xlsx
