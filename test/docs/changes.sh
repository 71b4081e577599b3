# What docs/changes.md takes for given: a declaration that customs rejected, for its commodity code, an item of it, one
# that customs accepted, and the files that the commands name.
set -eu
. "$(dirname "$0")/quiet-night.sh"
cat >rejected.csv <<'END'
External reference;Direction;Declaration type;Additional declaration type;Declaration office;Consignor EORI;Consignee EORI;Goods description;Commodity code;Gross mass (kg);Net mass (kg)
PO-4713;IN;IM;A;BE101000;US12345678;BE0123456789;Steel nuts, M8;99011000;12.5;12
END
cas-batch submit rejected.csv --env acceptance >>night.txt 2>&1
cas-batch run inbox --env acceptance >>night.txt 2>&1 || [ $? = 4 ]
rejected=$(declaration_of PO-4713)
cas-batch declarations get "$rejected" --json --env acceptance >declaration.json
item=$(node -p '/"governmentAgencyGoodsItemId":"?(\w+)/.exec(fs.readFileSync("declaration.json", "utf8"))[1]')
echo "100200300 7=$rejected $item"
echo "100200300=$rejected"
echo "100200301=$(declaration_of PO-4711)"
echo '{"commodity":{"description":"Steel nuts, M8"}}' >item.json
(umask 077 && echo a-key-of-32-characters-at-least-1 >key.txt)
