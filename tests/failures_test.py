from __future__ import annotations

from scaffold.errors import Transient
from scaffold.failures import Absent, LoginNeeded, NoTLS, Unfit, Unreached, Untrusted


def test_which_may_pass() -> None:
    unreached = Unreached("gcr.io", "could not be reached (no answer in time)")
    assert isinstance(unreached, Transient) and unreached.code == 75
    assert unreached.fact == "gcr.io could not be reached (no answer in time)." and "--offline" in unreached.remedy
    assert (unreached.host, unreached.what) == ("gcr.io", "could not be reached (no answer in time)")


def test_which_do_not() -> None:
    for kind in (Untrusted, NoTLS, LoginNeeded):
        failure = kind("gcr.io", "wants a login", "Log in.")
        assert (failure.code, failure.fact, failure.remedy) == (2, "gcr.io wants a login.", "Log in.")
        assert (failure.host, failure.what) == ("gcr.io", "wants a login")
    assert Absent("gone").code == Unfit("odd").code == 2
