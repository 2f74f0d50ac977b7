#!/bin/sh
# Tells the pool service what could not be told while it was away: one event of POST /v1/calls on each line of a file.
# An event that is told twice counts once. From cron:
#   * * * * * HATSUBAN_URL=https://pool.example HATSUBAN_TOKEN=hb_… retell-calls.sh /var/spool/asterisk/hatsuban-untold.jsonl
set -eu
untold=$1
taken=$untold.taken

# What is written from now on goes into a new file. A file that an earlier run left unfinished comes first.
[ -e "$taken" ] || { [ -s "$untold" ] && mv "$untold" "$taken"; } || exit 0

while IFS= read -r event; do
	status=$(printf '%s' "$event" | curl --silent --output /dev/null --write-out '%{http_code}' --max-time 10 \
		--header "Authorization: Bearer $HATSUBAN_TOKEN" --header 'Content-Type: application/json' \
		--data-binary @- "$HATSUBAN_URL/v1/calls") || true
	case $status in
	2??) ;;
	400 | 403 | 413 | 422) printf 'refused (%s): %s\n' "$status" "$event" >&2 ;;
	*)
		echo "The pool service answered $status; the rest waits." >&2
		exit 1
		;;
	esac
done <"$taken"
rm "$taken"
