"""PowerShell 5.1 or 7."""

from proxy.evidence.repro.call import Call


def script(call: Call) -> str:
    """The whole script."""
    lines = [f"# {call.said.terminal_ascii()}"]
    lines += [f"# Put your own values in the place of {' '.join(call.words)}."] if call.words else []
    lines.append("$ErrorActionPreference = 'Stop'")
    if call.mutates:
        lines.append(
            "if (-not $env:REALLY) { throw 'this is no read: it takes effect at once; set $env:REALLY first' }"
        )
    lines += [
        f"if (-not $env:{name}) {{ throw '{name} is not set: give it your own' }}" for name in call.variables
    ]
    lines += [
        f"$base = if ($env:BINANCE_BASE) {{ $env:BINANCE_BASE }} else {{ {_quoted(call.base)} }}",
        f"$query = {_quoted(call.query)}; $body = {_quoted(call.form or call.json)}; $headers = @{{}}",
    ]
    if call.needs == "signed":
        signed = "$query + $body" if call.form else "$query"
        lines += [
            "$query = \"$query&timestamp=$([DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds())\".TrimStart('&')",
            "$mac = New-Object System.Security.Cryptography.HMACSHA256 "
            "(,[Text.Encoding]::ASCII.GetBytes($env:BINANCE_API_SECRET))",
            f"$sum = $mac.ComputeHash([Text.Encoding]::ASCII.GetBytes({signed}))",
            "$query += \"&signature=\" + (-join ($sum | ForEach-Object { $_.ToString('x2') }))",
        ]
    if call.needs != "none":
        lines.append("$headers['X-MBX-APIKEY'] = $env:BINANCE_API_KEY")
    if call.client_type:
        lines.append(f"$headers['clientType'] = {_quoted(call.client_type)}")
    call_line = (
        f"$call = @{{ Method = '{call.method}'; Headers = $headers; UseBasicParsing = $true; "
        f'Uri = $base + {_quoted(call.path)} + $(if ($query) {{ "?$query" }}) }}'
    )
    lines.append(call_line)
    if call.form or call.json:
        kind = "application/x-www-form-urlencoded" if call.form else "application/json"
        lines.append(f"$call.Body = $body; $call.ContentType = '{kind}'")
    lines += [
        "try { $answer = Invoke-WebRequest @call; $answer.StatusCode; $answer.Content }",
        "catch { $_.Exception.Message; $_.ErrorDetails.Message }",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text of printable ASCII in which nothing is replaced (about_Quoting_Rules: single-quoted strings)."""
    return "'" + text.replace("'", "''") + "'"
