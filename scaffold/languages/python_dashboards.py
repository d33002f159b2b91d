"""Dashboards: Python programs that are run by a server of their own framework."""

from __future__ import annotations

import re

from scaffold.facts import Found
from scaffold.languages.python_begun import Begun
from scaffold.languages.python_objects import App
from scaffold.languages.python_source import Modules
from scaffold.languages.python_told import own_health


def dashboard(modules: Modules, names: frozenset[str], apps: list[App], preferred: list[str]) -> Begun | None:
    """Streamlit's, panel's and chainlit's programs, which are run by their own servers."""
    for server, pattern, command in (
        ("streamlit", r"^\s*(import|from) streamlit\b", "streamlit run"),
        ("panel", r"\.servable\(", "panel serve"),
        ("chainlit", r"^\s*(import|from) chainlit\b", "chainlit run"),
    ):
        if server not in names:
            continue
        sought = re.compile(pattern, re.M)
        paths = [path for path, text in modules.texts.items() if sought.search(text) and "pages/" not in path]
        liked = ("streamlit_app.py", "app.py", "main.py", "Home.py", "home.py", "Hello.py", "dashboard.py", "index.py")
        paths.sort(
            key=lambda path: (
                path not in preferred,
                path.count("/"),
                liked.index(path.rpartition("/")[2]) if path.rpartition("/")[2] in liked else len(liked),
                "page_config" not in modules.texts[path],
                path,
            )
        )
        if not paths or (apps and min(app.path.count("/") for app in apps) < paths[0].count("/")):
            continue
        if any(app.path == paths[0] for app in apps):
            continue
        return Begun(Found(f"{command} {paths[0]}", paths[0]), modules.module(paths[0]), health=own_health(server))
    return None
