"""Sub-accounts: a short made-up list, and transfers that are noted only."""

from decimal import Decimal

from proxy.sandbox.call import Call

_EMAILS = ("test_sub_one@example.com", "test_sub_two@example.com")


def sub_accounts(call: Call) -> object:
    """GET sub-account/list."""
    return {
        "subAccounts": [
            {
                "subUserId": call.account.uid + number,
                "email": email,
                "remark": "test",
                "isFreeze": False,
                "createTime": 1_767_225_600_000,
                "isManagedSubAccount": False,
                "isAssetManagementSubAccount": False,
            }
            for number, email in enumerate(_EMAILS, start=1)
            if call.values.get("email") in (None, email)
        ]
    }


def universal_transfer(call: Call) -> object:
    """POST sub-account/universalTransfer."""
    entry = {
        "tranId": call.sandbox.next_id(),
        "fromEmail": call.values.get("fromEmail", ""),
        "toEmail": call.values.get("toEmail", ""),
        "asset": call.values["asset"],
        "amount": call.values["amount"],
        "createTimeStamp": call.now_ms,
        "fromAccountType": call.values["fromAccountType"],
        "toAccountType": call.values["toAccountType"],
        "status": "SUCCESS",
        "clientTranId": call.values.get("clientTranId", ""),
        "type": "sub-account",
    }
    call.account.transfers.append(entry)
    call.record(
        "sub_account",
        "transfer",
        coin=call.values["asset"],
        amount=Decimal(call.values["amount"]),
        source=call.values.get("fromEmail", "master"),
        recipient=call.values.get("toEmail", "master"),
        note=f"{call.values['fromAccountType']} to {call.values['toAccountType']}",
    )
    return {"tranId": entry["tranId"], "clientTranId": entry["clientTranId"]}


def universal_transfers(call: Call) -> object:
    """GET sub-account/universalTransfer."""
    found = [entry for entry in reversed(call.account.transfers) if entry["type"] == "sub-account"]
    return {"result": found, "totalCount": len(found)}
