from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

STREAMLIT = "import streamlit as st\n"


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({"app.py": STREAMLIT, "pages/a.py": STREAMLIT}, "streamlit run app.py (app.py)"),
        ({"zeta.py": STREAMLIT, "Home.py": STREAMLIT}, "streamlit run Home.py (Home.py)"),
        ({"ui/main.py": STREAMLIT, "api.py": "app = FastAPI()"}, "uvicorn api:app (api.py:1 FastAPI)"),
        ({"ui.py": STREAMLIT, "web/api.py": "app = FastAPI()"}, "streamlit run ui.py (ui.py)"),
        ({"view.py": "import panel\np.servable()"}, "panel serve view.py (view.py)"),
    ],
)
def test_dashboard(found: Look, files: dict[str, str], start: str) -> None:
    tree = {"requirements.txt": "streamlit\npanel\nuvicorn", **files}
    assert found("python", tree, "start") == start


def test_where_streamlit_is(found: Look) -> None:
    tree = {"requirements.txt": "streamlit", "app.py": STREAMLIT}
    assert found("python", tree, "port") == "8501 (streamlit's default)"
    assert found("python", tree, "health-path") == "/_stcore/health (streamlit's own)"
