# To be sourced: the sample night, sent to the test's CAS. It ends with 4, because the samples hold mistakes.
cp -r "$ROOT/samples/first-night" inbox && rm inbox/README.md inbox/expected.json
cas-batch run inbox --env acceptance >night.txt 2>&1 || [ $? = 4 ]

# The id of a declaration with this status.
declaration_with() {
  cas-batch declarations search --current-status "$1" --json --env acceptance |
    node -e 'process.stdin.once("data", (json) => console.log(JSON.parse(json).declarations[0].declarationId))'
}
