"""What a name announces. The field names of the C2C rows are those seen in clients of the merchant interface."""

import pytest

from proxy.core.redaction.classes import kind_of

TABLE = {
    "secret:api_secret": "secretKey apiSecret",
    "secret:one_time_code": "code googleVerifyCode emailVerifyCode mobileVerifyCode yubikeyVerifyCode",
    "secret:token": "X-Gateway-Token token",
    "secret:passphrase": "passphrase fundPassword",
    "key": "X-MBX-APIKEY apiKey",
    "sig": "signature X-Amz-Signature",
    "ip": "ip ipAddress ipList",
    "bearer": "listenKey listenToken chatWssUrl wssUrl uploadUrl preSignedUrl Cookie Authorization",
    "order": "orderId origClientOrderId newClientOrderId orderNumber adOrderNo orderNo advOrderNumber advNo advNos adsNo "
    "orderIdList clientOrderId orderListId",
    "person": "buyerName sellerName realName kycName payee accountName nickName buyerNickname counterPartNickName "
    "buyerMobilePhone mobile phone email idNumber userNo takerUserNo makerUserNo merchantNo userId uid payAccount "
    "accountNo account bankAccount bankAccountNumber iban ifscCode branchCode payBank bankName paySubBank "
    "accountOpeningBranch fieldValue payId selectedPayId remark remarks autoReplyMsg content address addressTag",
    "text": "permissions note foo free",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in TABLE.items() for name in names.split()]
)
def test_kind_of_a_name(kind: str, name: str) -> None:
    assert kind_of(name) == kind
