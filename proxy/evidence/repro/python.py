"""Python 3.9 or newer, with its standard library alone."""

from proxy.evidence.repro.call import Call


def script(call: Call) -> str:
    """The whole script."""
    lines = [f"# {call.said.terminal_ascii()}"]
    lines += [f"# Put your own values in the place of {' '.join(call.words)}."] if call.words else []
    lines += ["import hashlib, hmac, os, sys, time, urllib.error, urllib.request"]
    if call.mutates:
        lines.append(
            "assert os.environ.get('REALLY'), 'this is no read: it takes effect at once; run it with REALLY=yes'"
        )
    lines += [
        f"os.environ.get({name!r}) or sys.exit('{name} is not set: give it your own')"
        for name in call.variables
    ]
    lines.append(f"query, body, headers = {call.query!r}, {call.form or call.json!r}, {_headers(call)!r}")
    if call.needs == "signed":
        signed = "query + body" if call.form else "query"
        lines += [
            "query = f'{query}&timestamp={int(time.time() * 1000)}'.lstrip('&')",
            f"mac = hmac.new(os.environ['BINANCE_API_SECRET'].encode(), ({signed}).encode(), hashlib.sha256)",
            "query += f'&signature={mac.hexdigest()}'",
        ]
    if call.needs != "none":
        lines.append("headers['X-MBX-APIKEY'] = os.environ['BINANCE_API_KEY']")
    lines += [
        f"url = os.environ.get('BINANCE_BASE', {call.base!r}) + {call.path!r} + (f'?{{query}}' if query else '')",
        f"request = urllib.request.Request(url, body.encode() or None, headers, method={call.method!r})",
        "try: answer = urllib.request.urlopen(request, timeout=20)",
        "except urllib.error.HTTPError as refused: answer = refused",
        "print(answer.status, answer.read().decode())",
    ]
    return "\n".join(lines) + "\n"


def _headers(call: Call) -> dict[str, str]:
    headers = {"clientType": call.client_type} if call.client_type else {}
    return headers | ({"Content-Type": "application/json"} if call.json else {})
