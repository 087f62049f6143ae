"""bash, curl and openssl, as most people try it first."""

import shlex

from proxy.evidence.repro.call import Call


def script(call: Call) -> str:
    """The whole script."""
    query, form = shlex.quote(call.query), shlex.quote(call.form)
    lines = ["#!/usr/bin/env bash", f"# {call.said.shell_remark()}"]
    lines += [f"# Put your own values in the place of {' '.join(call.words)}."] if call.words else []
    lines += ["set -euo pipefail"]
    if call.mutates:
        lines.append(': "${REALLY:?this is no read: it takes effect at once; run it with REALLY=yes}"')
    lines += [f': "${{{name}:?is not set: give it your own, with export}}"' for name in call.variables]
    lines.append(f"base=${{BINANCE_BASE:-{call.base}}} query={query} form={form}")
    if call.needs == "signed":
        lines += [
            'query="${query:+$query&}timestamp=$(date +%s)000"',
            'signature=$(printf %s "$query$form" | openssl dgst -sha256 -hmac "$BINANCE_API_SECRET" -r)',
            'query="$query&signature=${signature%% *}"',
        ]
    words = ["curl", "-sS", "--globoff", "-X", call.method, "-w", r"'\n%{http_code}\n'"]
    if call.needs != "none":
        words.append('-H @<(printf %s "X-MBX-APIKEY: $BINANCE_API_KEY")')  # not seen by ps
    if call.client_type:
        words.append(f"-H 'clientType: {call.client_type}'")
    if call.form:
        words.append('--data-raw "$form"')
    if call.json:
        words.append(f"-H 'Content-Type: application/json' --data-raw {shlex.quote(call.json)}")
    lines.append(f'{" ".join(words)} "$base"{shlex.quote(call.path)}"${{query:+?$query}}"')
    return "\n".join(lines) + "\n"
