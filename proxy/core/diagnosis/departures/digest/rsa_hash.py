"""An RSA signature was made with another hash than SHA-256."""

from proxy.core.diagnosis.departures.base import DigestRule, RuleText, Scheme
from proxy.core.diagnosis.departures.schemes import pkcs1

RULE = DigestRule(
    about=RuleText(
        rule="alg-rsa-other-hash",
        says="The RSA signature uses another hash than SHA-256.",
        why="Binance takes RSASSA-PKCS1-v1_5 with SHA-256.",
        see="SHA1withRSA or SHA512withRSA in the code.",
        remedy="Sign with RSA and SHA-256: SHA256withRSA.",
        example="Signature.getInstance('SHA256withRSA')",
    ),
    schemes=(Scheme(pkcs1("sha1")), Scheme(pkcs1("sha512")), Scheme(pkcs1("sha384"))),
    size=3,
    composed=3,
)
