"""How a text was read, in one line: `OkHttp log; method POST; 3 headers; body 172 octets; answer 400 -1022`."""

from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import Transport
from proxy.core.foreign import Foreign
from proxy.explain.found_request import Part, SeenRequest


def read_as(seen: SeenRequest) -> str:
    """What was found and what was not; without a value of the request but its method."""
    form = Foreign(seen.form).terminal()  # a reader's own words, and maybe one of the text
    if seen.record is not None:
        return form
    parts = [form]
    if seen.transport is Transport.REST:
        parts += [_method(seen), _headers(seen)]
    parts += [_body(seen), _answer(seen)]
    return "; ".join(parts)


def _method(seen: SeenRequest) -> str:
    if Part.METHOD in seen.unseen:
        return "method not in the text"
    return f"method {Foreign(seen.request.method).terminal()}"


def _headers(seen: SeenRequest) -> str:
    count = len([name for name, _ in seen.request.headers if name.lower() != b"host"])
    if not seen.headers_seen and not count:
        return "headers not in the text"
    return f"{count} header{'' if count == 1 else 's'}"


def _body(seen: SeenRequest) -> str:
    octets = len(seen.request.body)
    if octets:
        return f"{'frame' if seen.transport is Transport.WEBSOCKET else 'body'} {octets} octets"
    return "body not in the text" if Part.BODY in seen.unseen else "no body"


def _answer(seen: SeenRequest) -> str:
    answer = read_answer(seen.answer)
    if answer is None:
        return "no answer"
    code = "" if answer.code is None else f" {Foreign(str(answer.code)).terminal()}"
    return f"answer {answer.status or ''}{code}".rstrip()
