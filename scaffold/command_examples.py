"""The examples in the help and the man page of each command; a test runs them all."""

from __future__ import annotations

from scaffold.help import Example

EXAMPLES = {
    "": (
        Example("dockerscaffold new", "Write the container files of the project in this directory."),
        Example("dockerscaffold new --diff", "See what would change before anything does."),
        Example("dockerscaffold images --language go", "See what the images of a Go program stand on."),
    ),
    "new": (
        Example("dockerscaffold new", "Go by what this directory shows."),
        Example("dockerscaffold new --tier scratch --port 8080", "Answer two of the questions yourself."),
        Example(
            "dockerscaffold new --yes --offline --json > result.json",
            "In a script: no question, no network, the result as JSON.",
        ),
    ),
    "update": (
        Example(
            "dockerscaffold update", "Join what is new with your edits, after you changed answers, or just in time."
        ),
        Example("dockerscaffold update --pins --diff", "See which images are newer, and change nothing."),
        Example("dockerscaffold update --templates --offline", "After an upgrade of dockerscaffold: leave the pins."),
    ),
    "check": (
        Example("dockerscaffold check", "See what weakens the files, and what they have fallen behind of."),
        Example("dockerscaffold check --offline --fail-on error", "Before each commit: quick, and for what is grave."),
        Example("dockerscaffold check --offline --sarif > check.sarif", "For a code scanner's page."),
    ),
    "images": (
        Example("dockerscaffold images", "See all images, with what the registries have today."),
        Example("dockerscaffold images --language go", "See those of one language."),
        Example("dockerscaffold images --offline --json > images.json", "Keep what the catalogue has, digests whole."),
    ),
    "schema": (
        Example("dockerscaffold schema", "Look at it."),
        Example("dockerscaffold schema > .dockerscaffold.schema.json", "Have an editor check and complete answers."),
        Example("dockerscaffold schema | grep -A 9 '\"tier\"'", "See what one question takes."),
    ),
    "completion": (
        Example(
            """echo 'eval "$(dockerscaffold completion bash)"' >> ~/.bashrc""",
            "Install it for bash (4.4 or later).",
        ),
        Example(
            """echo 'eval "$(dockerscaffold completion zsh)"' >> ~/.zshrc""",
            "Install it for zsh, below the line that calls compinit.",
        ),
        Example(
            "dockerscaffold completion fish > ~/.config/fish/completions/dockerscaffold.fish", "Install it for fish."
        ),
    ),
}
"""Of each command, and under an empty name of all of them."""
