"""What a sample says of all."""

from scipy.special import betaincinv  # scipy.stats takes two seconds to load


def interval(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of Clopper and Pearson for a probability.

    >>> low, high = interval(95, 100)
    >>> round(low, 3), round(high, 3)
    (0.887, 0.984)
    """
    outside = (1 - level) / 2
    low = betaincinv(hits, trials - hits + 1, outside) if hits else 0.0
    high = betaincinv(hits + 1, trials - hits, 1 - outside) if hits < trials else 1.0
    return float(low), float(high)
