"""Chat: the credential, messages, upload addresses. All of it looks live and leads nowhere."""

from proxy.sandbox.c2c.answers import illegal_parameters, page, success
from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request


def credential(call: Call) -> object:
    """GET chat/retrieveChatCredential: without the clientType header -31002."""
    if not call.client_type:
        raise bad_request(-31002, "illegal parameter")
    number = call.sandbox.next_id()
    return success({
        "chatWssUrl": "wss://im.example.invalid:443/chat",
        "listenKey": f"test-listen-key-{number}",
        "listenToken": f"test-listen-token-{number}",
    })  # fmt: skip


def messages(call: Call) -> object:
    """GET chat/retrieveChatMessagesWithPagination."""
    if call.values.get("orderNo") not in call.account.merchant.orders:
        return illegal_parameters()
    texts = ("Test message: I have paid", "Test message: thank you")
    return page(
        [
            {
                "id": position,
                "uuid": f"test-uuid-{position}",
                "type": "text",
                "content": text,
                "orderNo": call.values["orderNo"],
                "fromNickName": "TestMerchantAlpha",
                "self": position % 2 == 0,
                "status": "read",
                "createTime": call.now_ms - position * 1000,
            }
            for position, text in enumerate(texts, start=1)
        ],
        call.values,
    )


def upload_url(call: Call) -> object:
    """POST chat/image/pre-signed-url (`imageName`)."""
    if "imageName" not in call.body:
        return illegal_parameters()
    name = call.body["imageName"]
    return success({
        "uploadUrl": f"https://upload.example.invalid/test/{name}?X-Amz-Signature=testsignature",
        "imageUrl": f"https://images.example.invalid/test/{name}",
    })  # fmt: skip


def mark_read(call: Call) -> object:
    return success(True) if "orderNo" in call.body or "userId" in call.body else illegal_parameters()


def warning_tips(_: Call) -> object:
    return success([])
