"""An RSA signature was made with PSS padding instead of PKCS#1 v1.5."""

from proxy.core.diagnosis.departures.base import DigestRule, RuleText, Scheme
from proxy.core.diagnosis.departures.schemes import pss

RULE = DigestRule(
    about=RuleText(
        rule="alg-rsa-pss",
        says="The RSA signature uses PSS padding instead of PKCS#1 v1.5.",
        why="Binance takes RSASSA-PKCS1-v1_5 with SHA-256; many libraries default to PSS.",
        see="PSS or RSASSA-PSS in the code.",
        remedy="Sign with RSA PKCS#1 v1.5 and SHA-256 (SHA256withRSA), not with PSS.",
        example="private_key.sign(payload, padding.PKCS1v15(), hashes.SHA256())",
    ),
    schemes=(Scheme(pss("sha256")), Scheme(pss("sha512"))),
    size=2,
    composed=2,
)
