"""The written list of departures, in the order in which they are tried and named.

Where two rules produce the same text, the earlier one is named; see `Departure.alike`.
"""

from typing import Final

from proxy.core.diagnosis.departures.base import (
    Departure,
    DigestRule,
    DraftRule,
    KeyRule,
    OutputRule,
    ScopeRule,
)
from proxy.core.diagnosis.departures.digest import (
    hashed_again as digest_hashed_again,
)
from proxy.core.diagnosis.departures.digest import (
    other_hash as digest_other_hash,
)
from proxy.core.diagnosis.departures.digest import (
    plain as digest_plain,
)
from proxy.core.diagnosis.departures.digest import (
    plain_other as digest_plain_other,
)
from proxy.core.diagnosis.departures.digest import (
    prehashed as digest_prehashed,
)
from proxy.core.diagnosis.departures.digest import (
    rsa_hash as digest_rsa_hash,
)
from proxy.core.diagnosis.departures.digest import (
    rsa_pss as digest_rsa_pss,
)
from proxy.core.diagnosis.departures.digest import (
    secret_in_text as digest_secret_in_text,
)
from proxy.core.diagnosis.departures.digest import (
    sha512 as digest_sha512,
)
from proxy.core.diagnosis.departures.digest import (
    swapped as digest_swapped,
)
from proxy.core.diagnosis.departures.encoding import (
    ampersand_entity as encoding_ampersand_entity,
)
from proxy.core.diagnosis.departures.encoding import (
    boolean_text as encoding_boolean_text,
)
from proxy.core.diagnosis.departures.encoding import (
    charset as encoding_charset,
)
from proxy.core.diagnosis.departures.encoding import (
    double as encoding_double,
)
from proxy.core.diagnosis.departures.encoding import (
    entity as encoding_entity,
)
from proxy.core.diagnosis.departures.encoding import (
    hex_case as encoding_hex_case,
)
from proxy.core.diagnosis.departures.encoding import (
    json_spacing as encoding_json_spacing,
)
from proxy.core.diagnosis.departures.encoding import (
    list_spelling as encoding_list_spelling,
)
from proxy.core.diagnosis.departures.encoding import (
    number_text as encoding_number_text,
)
from proxy.core.diagnosis.departures.encoding import (
    plus as encoding_plus,
)
from proxy.core.diagnosis.departures.encoding import (
    raw_signed as encoding_raw_signed,
)
from proxy.core.diagnosis.departures.encoding import (
    safe_characters as encoding_safe_characters,
)
from proxy.core.diagnosis.departures.encoding import (
    space as encoding_space,
)
from proxy.core.diagnosis.departures.encoding import (
    trimmed as encoding_trimmed,
)
from proxy.core.diagnosis.departures.encoding import (
    value_case as encoding_value_case,
)
from proxy.core.diagnosis.departures.encoding import (
    websocket as encoding_websocket,
)
from proxy.core.diagnosis.departures.encoding import (
    whole_query as encoding_whole_query,
)
from proxy.core.diagnosis.departures.key import (
    case_changed as key_case_changed,
)
from proxy.core.diagnosis.departures.key import (
    cut as key_cut,
)
from proxy.core.diagnosis.departures.key import (
    decoded as key_decoded,
)
from proxy.core.diagnosis.departures.key import (
    doubled as key_doubled,
)
from proxy.core.diagnosis.departures.key import (
    hashed as key_hashed,
)
from proxy.core.diagnosis.departures.key import (
    is_api_key as key_is_api_key,
)
from proxy.core.diagnosis.departures.key import (
    joined as key_joined,
)
from proxy.core.diagnosis.departures.key import (
    labelled as key_labelled,
)
from proxy.core.diagnosis.departures.key import (
    mistyped as key_mistyped,
)
from proxy.core.diagnosis.departures.key import (
    other_account as key_other_account,
)
from proxy.core.diagnosis.departures.key import (
    placeholder as key_placeholder,
)
from proxy.core.diagnosis.departures.key import (
    quoted as key_quoted,
)
from proxy.core.diagnosis.departures.key import (
    swapped as key_swapped,
)
from proxy.core.diagnosis.departures.key import (
    whitespace as key_whitespace,
)
from proxy.core.diagnosis.departures.key import (
    wide as key_wide,
)
from proxy.core.diagnosis.departures.order import (
    frame as order_frame,
)
from proxy.core.diagnosis.departures.order import (
    hash_map as order_hash_map,
)
from proxy.core.diagnosis.departures.order import (
    sorted as order_sorted,
)
from proxy.core.diagnosis.departures.output import (
    base64_text as output_base64_text,
)
from proxy.core.diagnosis.departures.output import (
    byte_list as output_byte_list,
)
from proxy.core.diagnosis.departures.output import (
    byte_order as output_byte_order,
)
from proxy.core.diagnosis.departures.output import (
    decorated as output_decorated,
)
from proxy.core.diagnosis.departures.output import (
    encoded_twice as output_encoded_twice,
)
from proxy.core.diagnosis.departures.output import (
    hex_of_hex as output_hex_of_hex,
)
from proxy.core.diagnosis.departures.output import (
    object_text as output_object_text,
)
from proxy.core.diagnosis.departures.output import (
    openssl_label as output_openssl_label,
)
from proxy.core.diagnosis.departures.output import (
    plus_as_blank as output_plus_as_blank,
)
from proxy.core.diagnosis.departures.output import (
    raw_octets as output_raw_octets,
)
from proxy.core.diagnosis.departures.output import (
    truncated as output_truncated,
)
from proxy.core.diagnosis.departures.output import (
    zeros_lost as output_zeros_lost,
)
from proxy.core.diagnosis.departures.scope import (
    ampersand_between as scope_ampersand_between,
)
from proxy.core.diagnosis.departures.scope import (
    apikey as scope_apikey,
)
from proxy.core.diagnosis.departures.scope import (
    body_before_query as scope_body_before_query,
)
from proxy.core.diagnosis.departures.scope import (
    body_text as scope_body_text,
)
from proxy.core.diagnosis.departures.scope import (
    constant as scope_constant,
)
from proxy.core.diagnosis.departures.scope import (
    cut_short as scope_cut_short,
)
from proxy.core.diagnosis.departures.scope import (
    empty_string as scope_empty_string,
)
from proxy.core.diagnosis.departures.scope import (
    form_body_not_signed as scope_form_body_not_signed,
)
from proxy.core.diagnosis.departures.scope import (
    json_body_appended as scope_json_body_appended,
)
from proxy.core.diagnosis.departures.scope import (
    json_of_params as scope_json_of_params,
)
from proxy.core.diagnosis.departures.scope import (
    leading_ampersand as scope_leading_ampersand,
)
from proxy.core.diagnosis.departures.scope import (
    leading_question_mark as scope_leading_question_mark,
)
from proxy.core.diagnosis.departures.scope import (
    old_signature as scope_old_signature,
)
from proxy.core.diagnosis.departures.scope import (
    only_body as scope_only_body,
)
from proxy.core.diagnosis.departures.scope import (
    only_timestamp as scope_only_timestamp,
)
from proxy.core.diagnosis.departures.scope import (
    param_added as scope_param_added,
)
from proxy.core.diagnosis.departures.scope import (
    param_empty as scope_param_empty,
)
from proxy.core.diagnosis.departures.scope import (
    param_removed as scope_param_removed,
)
from proxy.core.diagnosis.departures.scope import (
    path_included as scope_path_included,
)
from proxy.core.diagnosis.departures.scope import (
    prehash as scope_prehash,
)
from proxy.core.diagnosis.departures.scope import (
    prehash_key as scope_prehash_key,
)
from proxy.core.diagnosis.departures.scope import (
    prehash_lines as scope_prehash_lines,
)
from proxy.core.diagnosis.departures.scope import (
    separators as scope_separators,
)
from proxy.core.diagnosis.departures.scope import (
    signature_field as scope_signature_field,
)
from proxy.core.diagnosis.departures.scope import (
    signed_twice as scope_signed_twice,
)
from proxy.core.diagnosis.departures.scope import (
    surrounding as scope_surrounding,
)
from proxy.core.diagnosis.departures.scope import (
    template as scope_template,
)
from proxy.core.diagnosis.departures.scope import (
    trailing_ampersand as scope_trailing_ampersand,
)
from proxy.core.diagnosis.departures.scope import (
    trailing_newline as scope_trailing_newline,
)
from proxy.core.diagnosis.departures.scope import (
    transformed as scope_transformed,
)
from proxy.core.diagnosis.departures.scope import (
    url_included as scope_url_included,
)
from proxy.core.diagnosis.departures.scope import (
    values as scope_values,
)
from proxy.core.diagnosis.departures.scope import (
    websocket_key as scope_websocket_key,
)
from proxy.core.diagnosis.departures.time import (
    taken_twice as time_taken_twice,
)
from proxy.core.diagnosis.departures.time import (
    unit as time_unit,
)
from proxy.core.diagnosis.departures.time import (
    window as time_window,
)
from proxy.core.diagnosis.departures.time import (
    zone as time_zone,
)

TIMES: Final[tuple[DraftRule, ...]] = (
    time_window.RULE,
    time_unit.RULE,
    time_zone.RULE,
    time_taken_twice.RULE,
)

ORDERS: Final[tuple[DraftRule, ...]] = (
    order_sorted.RULE,
    order_frame.RULE,
    order_hash_map.RULE,
)

ENCODINGS: Final[tuple[DraftRule, ...]] = (
    encoding_whole_query.RULE,
    encoding_entity.RULE,
    encoding_double.RULE,
    encoding_raw_signed.RULE,
    encoding_space.RULE,
    encoding_plus.RULE,
    encoding_hex_case.RULE,
    encoding_json_spacing.RULE,
    encoding_list_spelling.RULE,
    encoding_boolean_text.RULE,
    encoding_ampersand_entity.RULE,
    encoding_websocket.RULE,
    encoding_charset.RULE,
    encoding_safe_characters.RULE,
    encoding_trimmed.RULE,
    encoding_value_case.RULE,
    encoding_number_text.RULE,
)

SCOPES: Final[tuple[ScopeRule, ...]] = (
    scope_json_body_appended.RULE,
    scope_ampersand_between.RULE,
    scope_form_body_not_signed.RULE,
    scope_only_body.RULE,
    scope_body_before_query.RULE,
    scope_path_included.RULE,
    scope_leading_question_mark.RULE,
    scope_leading_ampersand.RULE,
    scope_trailing_ampersand.RULE,
    scope_trailing_newline.RULE,
    scope_empty_string.RULE,
    scope_only_timestamp.RULE,
    scope_param_empty.RULE,
    scope_values.RULE,
    scope_signature_field.RULE,
    scope_old_signature.RULE,
    scope_websocket_key.RULE,
    scope_apikey.RULE,
    scope_json_of_params.RULE,
    scope_prehash.RULE,
    scope_prehash_key.RULE,
    scope_prehash_lines.RULE,
    scope_url_included.RULE,
    scope_separators.RULE,
    scope_body_text.RULE,
    scope_signed_twice.RULE,
    scope_transformed.RULE,
    scope_surrounding.RULE,
    scope_constant.RULE,
    scope_param_removed.RULE,
    scope_param_added.RULE,
    scope_template.RULE,
    scope_cut_short.RULE,
)

KEYS: Final[tuple[KeyRule, ...]] = (
    key_swapped.RULE,
    key_is_api_key.RULE,
    key_quoted.RULE,
    key_whitespace.RULE,
    key_placeholder.RULE,
    key_decoded.RULE,
    key_case_changed.RULE,
    key_other_account.RULE,
    key_doubled.RULE,
    key_labelled.RULE,
    key_joined.RULE,
    key_hashed.RULE,
    key_wide.RULE,
    key_cut.RULE,
    key_mistyped.RULE,
)

DIGESTS: Final[tuple[DigestRule, ...]] = (
    digest_plain.RULE,
    digest_sha512.RULE,
    digest_swapped.RULE,
    digest_prehashed.RULE,
    digest_other_hash.RULE,
    digest_plain_other.RULE,
    digest_hashed_again.RULE,
    digest_secret_in_text.RULE,
    digest_rsa_pss.RULE,
    digest_rsa_hash.RULE,
)

OUTPUTS: Final[tuple[OutputRule, ...]] = (
    output_base64_text.RULE,
    output_openssl_label.RULE,
    output_object_text.RULE,
    output_decorated.RULE,
    output_hex_of_hex.RULE,
    output_byte_list.RULE,
    output_raw_octets.RULE,
    output_byte_order.RULE,
    output_encoded_twice.RULE,
    output_plus_as_blank.RULE,
    output_truncated.RULE,
    output_zeros_lost.RULE,
)

DEPARTURES: Final[tuple[Departure, ...]] = (*SCOPES, *ENCODINGS, *ORDERS, *TIMES, *KEYS, *DIGESTS, *OUTPUTS)
