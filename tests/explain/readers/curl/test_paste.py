"""Terminal sessions."""

from proxy.explain.readers.curl.paste import split_paste

SESSION = """me@host:~$ curl -v 'https://h/p' \\
> -H 'a: b'
*   Trying 127.0.0.1:80...
> GET /p HTTP/1.1
> Host: h
>
< HTTP/1.1 400 Bad Request
< Content-Type: application/json
<
{"code":-1022,"msg":"Signature for this request is not valid."}
me@host:~$ curl 'https://h/q'
{"code":-1121,"msg":"Invalid symbol."}
"""


def test_a_session_is_cut_into_commands_and_answers() -> None:
    first, second = split_paste(SESSION)
    assert first.command == "curl -v 'https://h/p' \\\n-H 'a: b'"
    assert first.answer.startswith("HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{")
    assert second.command == "curl 'https://h/q'"
    assert second.body.strip() == '{"code":-1121,"msg":"Invalid symbol."}'


def test_a_body_on_lines_of_its_own_stays_with_the_command() -> None:
    (only,) = split_paste("curl h -d '{\n  \"page\": 1\n}'")
    assert only.command.endswith('"page": 1\n}\'')
