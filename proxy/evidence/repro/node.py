"""Node 18 or newer, with nothing installed.

`fetch` percent-encodes an apostrophe in a query (URL Standard, special-query percent-encode set), so it is encoded
before it is signed.
"""

import json

from proxy.evidence.repro.call import Call


def script(call: Call) -> str:
    """The whole script."""
    lines = [f"// {call.said.terminal_ascii()}"]
    lines += [f"// Put your own values in the place of {' '.join(call.words)}."] if call.words else []
    lines.append('const { createHmac } = require("node:crypto"), env = process.env;')
    if call.mutates:
        lines.append(
            'if (!env.REALLY) throw "this is no read: it takes effect at once; run it with REALLY=yes";'
        )
    lines += [
        f'if (!env.{name}) {{ console.error("{name} is not set: give it your own"); process.exit(1); }}'
        for name in call.variables
    ]
    query = json.dumps(call.query.replace("'", "%27"))
    lines += [f"let query = {query}, body = {json.dumps(call.form or call.json)};"]
    if call.needs == "signed":
        signed = "query + body" if call.form else "query"
        lines += [
            'query += (query && "&") + "timestamp=" + Date.now();',
            f'query += "&signature=" + createHmac("sha256", env.BINANCE_API_SECRET).update({signed}).digest("hex");',
        ]
    headers = []
    if call.needs != "none":
        headers.append('"X-MBX-APIKEY": env.BINANCE_API_KEY')
    if call.client_type:
        headers.append(f'"clientType": {json.dumps(call.client_type)}')
    if call.form or call.json:
        kind = "application/x-www-form-urlencoded" if call.form else "application/json"
        headers.append(f'"Content-Type": "{kind}"')
    base, path = json.dumps(call.base), json.dumps(call.path)
    lines += [
        f'const url = (env.BINANCE_BASE ?? {base}) + {path} + (query && "?" + query);',
        f"const headers = {{ {', '.join(headers)} }};",
        f'const request = {{ method: "{call.method}", headers, body: body || undefined }};',
        "fetch(url, request).then(async (answer) => console.log(answer.status, await answer.text()));",
    ]
    return "\n".join(lines) + "\n"
