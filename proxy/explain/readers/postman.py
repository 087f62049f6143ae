"""Requests as Postman's runner (newman) reports them: the URL in parts, the answer's octets as numbers."""

from typing import Any, Final

from proxy.explain.readers.object_fields import pairs

_MOST: Final = 65_536


def unfolded(execution: dict[str, Any]) -> dict[str, Any] | None:
    """One run of a request with its answer, as fields of a plain request object; None where it is none."""
    request, response = execution.get("request"), execution.get("response")
    if (
        not isinstance(request, dict)
        or not isinstance(response, dict)
        or not isinstance(request.get("url"), dict)
    ):
        return None
    url = url_of(request["url"])
    if url is None:
        return None
    fields = {name: request[name] for name in ("method", "header", "body") if name in request}
    return {"url": url, **fields, "response": {"status": response.get("code"), "body": _text(response)}}


def url_of(parts: dict[str, Any]) -> str | None:
    """A URL of `protocol`, `host` and `path` in lists, and `query` in rows; None where these are not all of it."""
    host, path = _texts(parts.get("host")), _texts(parts.get("path"))
    if not host or path is None:
        return None
    query, gap = pairs(parts.get("query") or [])
    if gap:
        return None
    port = f":{parts['port']}" if parts.get("port") else ""
    mark = "?" + query.decode("utf-8", "surrogateescape") if query else ""
    return f"{parts.get('protocol') or 'https'}://{'.'.join(host)}{port}/{'/'.join(path)}{mark}"


def _texts(found: object) -> list[str] | None:
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else None


def _text(response: dict[str, Any]) -> str | None:
    """The answer's body, from the numbers of its octets."""
    stream = response.get("stream")
    data = stream.get("data") if isinstance(stream, dict) else None
    if not isinstance(data, list) or not all(type(one) is int and 0 <= one < 256 for one in data):
        return None
    return bytes(data[:_MOST]).decode("utf-8", "replace")
