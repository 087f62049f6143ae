"""Handing flows to others: HAR, curl lines, or a bundle for a bug report; with fresh tags, scanned as a whole."""

from proxy.export.curl import curl_script
from proxy.export.har import har_document
from proxy.export.scan import refuse_secrets
from proxy.export.strangers import Strangers

__all__ = ["Strangers", "curl_script", "har_document", "refuse_secrets"]
