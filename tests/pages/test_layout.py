"""What templates may call, and what those that hold macros must do without."""

from flask import Flask
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from webapp.config import ROOT


def parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((ROOT / "templates" / name).read_text())


def imported(app: Flask) -> set[str]:
    """The files that some other one imports without the variables of its page."""
    found = (parsed(app, str(path.relative_to(ROOT / "templates"))) for path in ROOT.glob("templates/**/*.html"))
    imports = [each for tree in found for each in tree.find_all((nodes.Import, nodes.FromImport))]
    return {each.template.value for each in imports if not each.with_context}


def test_macros_need_nothing_of_the_page(app):
    """Such a file is run once for all pages: a variable of the page would be nothing, without a word; a text that
    stands outside of a macro would stay in the language of the first reader."""
    for name in imported(app):
        tree = parsed(app, name)
        own = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "store"}
        assert find_undeclared_variables(tree) - own <= app.jinja_env.globals.keys(), name
        outside = [each for each in tree.body if not isinstance(each, (nodes.Macro, nodes.FromImport))]
        assert all(isinstance(each, nodes.TemplateData) for row in outside for each in row.iter_child_nodes()), name
