# To be sourced: a night in which nothing needs a person, sent to the test's CAS.
# Some declarations stay open for ever: a run need not wait for them.
echo "wait: 5s" >cas-batch.yaml
mkdir inbox
cat >inbox/orders.csv <<'END'
External reference;Direction;Declaration type;Additional declaration type;Declaration office;Consignor EORI;Consignee EORI;Goods description;Commodity code;Gross mass (kg);Net mass (kg);Package type;Package quantity;Customs value;Customs value currency
PO-4711;IN;IM;D;BE101000;US12345678;BE0123456789;Steel bolts, M8;73181588;12.5;12;CT;4;480;EUR
PO-4712;OUT;EX;D;BE101000;BE0123456789;GB123456789000;Ball bearings;84821010;40;38;PX;1;2150;EUR
END
cas-batch run inbox --env acceptance >night.txt 2>&1

# The id of the declaration of a reference.
declaration_of() {
  cas-batch declarations search --external-reference "$1" --json --env acceptance >found.json
  node -p 'JSON.parse(fs.readFileSync("found.json", "utf8")).declarations[0].declarationId'
}
