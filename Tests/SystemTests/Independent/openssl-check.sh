#!/bin/sh
# openssl-check.sh DIR VKEYFILE
#
# Checks the log's signature on DIR/checkpoint with openssl and the shell's everyday tools, without a
# line of the vault's code. It says who signed which text; whether the entries give the signed root
# is for verify.go to say. Exit status: 0 the signature holds, 1 it does not, 2 wrong usage.

set -u
# No globbing: words are cut out of a file that may be hostile.
set -f
# Bytes, not characters, whatever the auditor's language.
LC_ALL=C
export LC_ALL

fail() {
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

[ $# -eq 2 ] || { echo "usage: openssl-check.sh DIR VKEYFILE" >&2; exit 2; }
note=$1/checkpoint
[ -f "$note" ] || fail "$note: missing"
[ -f "$2" ] || fail "$2: missing"
work=$(mktemp -d) || fail "no temporary directory"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# decode BASE64 FILE. Encoded again and compared, because base64 -d ignores unused bits.
decode() {
    printf '%s' "$1" | base64 -d >"$2" 2>/dev/null && [ "$(base64 -w 0 "$2")" = "$1" ]
}

hex() {
    od -An -v -tx1 | tr -d ' \n'
}

# The key: name+id+base64(01 ‖ public key), one line.
[ "$(tr -d '\n' <"$2" | tr -dc '\000-\037\177' | wc -c)" -eq 0 ] || fail "$2: holds control characters"
[ "$(awk 'END { print NR }' "$2")" -eq 1 ] || fail "$2: not exactly one line"
vkey=$(cat "$2")
name=${vkey%%+*}
rest=${vkey#*+}
id=${rest%%+*}
case $vkey in *+*+*) ;; *) fail "$2: not a verifier key" ;; esac
case $name in '' | *' '*) fail "$2: malformed key name" ;; esac
decode "${rest#*+}" "$work/key" || fail "$2: malformed base64"
[ "$(wc -c <"$work/key")" -eq 33 ] && [ "$(head -c 1 "$work/key" | hex)" = 01 ] || fail "$2: not an Ed25519 key"

# The key's file begins with the type byte, so this is name ‖ 0a ‖ 01 ‖ public key.
computed=$({ printf '%s\n' "$name"; cat "$work/key"; } | openssl dgst -sha256 -r | cut -c 1-8)
[ "$computed" = "$id" ] || fail "$2: key id is $id, but name and key give $computed"

# The note: a text, a blank line (the last one counts), signature lines.
[ "$(tr -d '\n' <"$note" | tr -dc '\000-\037' | wc -c)" -eq 0 ] || fail "checkpoint: holds control characters"
[ "$(tail -c 1 "$note" | hex)" = 0a ] || fail "checkpoint: its last line has no end"
blank=$(awk 'length($0) == 0 { n = NR } END { print n + 0 }' "$note")
[ "$blank" -gt 1 ] || fail "checkpoint: no blank line below a text"
head -n $((blank - 1)) "$note" >"$work/text"
tail -n +$((blank + 1)) "$note" >"$work/lines"
[ "$(head -n 1 "$work/text")" = "$name" ] || fail "checkpoint: is not of the log $name"

# The name goes through the environment, because -v would read backslashes in it.
dash=$(printf '\342\200\224')
PREFIX="$dash $name " awk 'index($0, ENVIRON["PREFIX"]) == 1 { print substr($0, length(ENVIRON["PREFIX"]) + 1) }' \
    "$work/lines" >"$work/signatures"
found=0
others=
while IFS= read -r signature; do
    decode "$signature" "$work/line" || fail "checkpoint: malformed base64 in a signature line"
    line_id=$(head -c 4 "$work/line" | hex)
    if [ "$line_id" = "$computed" ]; then
        found=$((found + 1))
        tail -c +5 "$work/line" >"$work/signature"
    else
        others="$others $line_id"
    fi
done <"$work/signatures"
[ "$found" -eq 1 ] || fail "checkpoint: $found signatures by $name+$computed instead of one${others:+, but key id$others}"
[ "$(wc -c <"$work/signature")" -eq 64 ] || fail "checkpoint: the signature is not 64 bytes long"

# The fixed bytes say in DER that an Ed25519 public key follows.
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; tail -c +2 "$work/key"; } >"$work/key.der"
openssl pkeyutl -verify -pubin -inkey "$work/key.der" -keyform DER -rawin -in "$work/text" \
    -sigfile "$work/signature" >/dev/null 2>&1 || fail "checkpoint: the signature by $name+$computed does not verify"
printf 'signature by %s+%s on the checkpoint of size %s verified\n' "$name" "$computed" "$(sed -n 2p "$work/text")"
