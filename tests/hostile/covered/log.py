"""What a record holds, and what its readers print."""

COVERED: dict[str, str] = {
    "h2-leak-regexclass": "tests/core/redaction/test_sentence.py::test_the_legal_range_of_a_parameter_is_shown",
}
