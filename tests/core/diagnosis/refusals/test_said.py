"""The exchange's sentence: names in it, and nothing private."""

from proxy.core.diagnosis.refusals.said import named_parameters, quoted, recordable, sentence


def test_names_of_parameters() -> None:
    assert named_parameters("Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.") == {
        "symbol"
    }
    assert named_parameters("Data sent for parameter 'limit' is not valid.") == {"limit"}
    assert named_parameters("Data sent for parameter 'batchOrders:[{'a': 1}]' is not valid.") == {
        "batchOrders"
    }
    assert named_parameters("Invalid symbol.") == frozenset()


def test_keys_numbers_and_values_are_dots() -> None:
    text = sentence(f"Order 123456789 of {'k' * 64} for my-label\n refused", ("my-label",))
    assert text == "Order ... of ... for ... refused"
    assert len(sentence("word " * 200)) == 200


def test_no_record_repeats_the_exchange() -> None:
    notes = (*quoted("Account of Jane Doe is frozen."), "-1102 MANDATORY_PARAM: x", "Look at the balance.")
    assert notes[0] == "Binance says: Account of Jane Doe is frozen."
    assert quoted("") == ()
    assert recordable(notes) == ["Look at the balance."]
