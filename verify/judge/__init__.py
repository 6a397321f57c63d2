"""A user's formula on trial: whether it is exact, right in a limit, or refuted."""
