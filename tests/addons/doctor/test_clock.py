"""The exchange's time from Date headers and /time answers."""

from addons.doctor.clock import ExchangeClocks, Seen

HOST = "api.binance.com"


def date(asked: float, offset: float, wait: float = 40) -> Seen:
    """What an answer's Date header tells when the exchange's clock is `offset` ms ahead of ours."""
    made = asked + wait / 2 + offset
    return Seen(asked, asked + wait, int(made // 1000) * 1000, 999)


def test_nothing_is_known_before_the_first_answer() -> None:
    assert ExchangeClocks().at(HOST, 1000.0) is None


def test_one_date_is_not_enough_to_accuse_a_clock() -> None:
    clocks = ExchangeClocks()
    clocks.learn(HOST, date(5_000_300.0, offset=2500))
    assert clocks.at(HOST, 6_000_000.0) is None


def test_many_dates_narrow_it_down() -> None:
    clocks = ExchangeClocks()
    for i in range(40):
        clocks.learn(HOST, date(5_000_000.0 + i * 1037, offset=-731))
    found = clocks.at(HOST, 6_000_000.0)
    assert found is not None
    assert abs(found - 5_999_269) <= 40


def test_server_time_is_exact_but_for_the_way() -> None:
    clocks = ExchangeClocks()
    clocks.learn(HOST, Seen(1000.0, 1030.0, 1515, 0))
    assert clocks.at(HOST, 1000.0) == 1500


def test_a_clock_that_was_set_starts_anew() -> None:
    clocks = ExchangeClocks()
    clocks.learn(HOST, Seen(1000.0, 1030.0, 1515, 0))
    clocks.learn(HOST, Seen(2000.0, 2030.0, 62_015, 0))
    assert clocks.at(HOST, 2000.0) == 62_000


def test_hosts_are_kept_apart() -> None:
    clocks = ExchangeClocks()
    clocks.learn(HOST, Seen(1000.0, 1030.0, 1515, 0))
    assert clocks.at("testnet.binance.vision", 1000.0) is None


def test_answers_that_took_long_tell_nothing() -> None:
    clocks = ExchangeClocks()
    clocks.learn(HOST, Seen(0.0, 10_000.0, 5000, 0))
    clocks.learn(
        HOST, Seen(1000.0, 900.0, 950, 0)
    )  # answered before it was asked: the clock was set meanwhile
    assert clocks.at(HOST, 0.0) is None


def test_the_number_of_hosts_is_bounded() -> None:
    clocks = ExchangeClocks()
    for i in range(500):
        clocks.learn(f"h{i}.test", Seen(1000.0, 1030.0, 1515, 0))
    assert len(clocks._bounds) <= 64
