"""`/sapi` outside C2C, with weights of 2026."""

from proxy.sandbox.endpoint import Endpoint, Security, params
from proxy.sandbox.wallet import answers

NONE, KEY, SIGNED = Security.NONE, Security.KEY, Security.SIGNED

ENDPOINTS = (
    Endpoint("GET", "/sapi/v1/system/status", NONE, answers.system_status),
    Endpoint("GET", "/sapi/v1/capital/config/getall", SIGNED, answers.coins, (), 10, permission="read"),
    Endpoint("GET", "/sapi/v1/capital/withdraw/history", SIGNED, answers.withdraw_history,
             params("coin withdrawOrderId status offset limit idList startTime endTime"), 18000, "UID",
             permission="read"),
    Endpoint("GET", "/sapi/v1/account/apiRestrictions", SIGNED, answers.api_restrictions, permission="read"),
    Endpoint("GET", "/sapi/v1/account/status", SIGNED, answers.account_status, permission="read"),
)  # fmt: skip
