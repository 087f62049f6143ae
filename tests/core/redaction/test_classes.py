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


MORE = {
    "secret:api_secret": "secretkey SECRETKEY apiSecret api_secret secret",
    "secret:private_key": "privateKey",
    "secret:passphrase": "passphrase password fundPassword fundPwd",
    "secret:token": "token x-gateway-token",
    "secret:one_time_code": "code otp authCode verifyCode googleVerifyCode emailVerifyCode mobileVerifyCode "
    "smsVerifyCode yubikeyVerifyCode",
    "key": "X-MBX-APIKEY x-mbx-apikey X-Mbx-Apikey X-MBX-API-KEY x_mbx_apikey xmbxapikey apiKey APIKEY api_key API_KEY api-key",
    "sig": "signature sign sig Signature x-amz-signature",
    "ip": "ip ips IP ipList whiteListIpList ipAddr ipAddress ipAddresses remoteIpAddr",
    "bearer": "listenKey listenToken cookie Set-Cookie Authorization Proxy-Authorization accessToken wsUrl wssUrl "
    "chatWssUrl url uploadUrl redeemCode giftCode referenceNo",
    "order": "orderId orderIds orderNo orderNos orderNumber orderIdList orderNoList orderNumberList origClientOrderId "
    "order orders advNo adsNo advNos adsNos advertNo adNo listId algoId clientId clientOrderId newClientOrderId "
    "clientAlgoId clientStrategyId clientTranId quoteId strategyClientOrderId",
    "person": "realName nickName kycStatus payeeName phone telephone mobileNo email mail idNumber passport iban ifsc "
    "swiftCode bankName branchName accountNo accountNum accountName payAccount cardNo address addressTag remark "
    "autoReplyMsg content fieldValue birthday questionnaire evidenceUrls complaintNo taxId name buyerName sellerName "
    "makerName takerName firstName lastName middleName fullName surName userName receiverName senderName "
    "beneficiaryName counterpartName account userNo userId takerUserNo merchantNo uid fromUid payId selectedPayId "
    "taxNumber description memo label",
    "text": "ipo zip clientIp ipAddrs codes secrets tokens2 keys signs orderly advNoX accounts names buyersName listIds urls code2 "
    "cookies quoteIds unused 24hr",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in MORE.items() for name in names.split()]
)
def test_kind_of_more_names(kind: str, name: str) -> None:
    assert kind_of(name) == kind
    assert kind_of(name.upper()) == kind
    assert kind_of(name.lower()) == kind
