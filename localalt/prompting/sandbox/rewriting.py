"""A chat template's syntax tree -> one that pays for whatever costs time or memory; what is too large is refused."""

from __future__ import annotations

from typing import cast

import jinja2.visitor
from jinja2 import nodes

from localalt.errors import TemplateError
from localalt.prompting.sandbox.budget import CHARS_PER_UNIT

__all__ = ["Meter", "check"]

# The largest of the 68 templates in llama.cpp of November 2026 has 1,300 nodes, 29 deep.
_MAX_NODES = 10_000
_MAX_DEPTH = 80
_STATEMENTS = (
    *("Template", "Output", "If", "For", "Break", "Continue", "Assign", "AssignBlock", "Macro", "CallBlock"),
    *("FilterBlock", "With"),
)


def check(tree: nodes.Template) -> None:
    """Refuse what is too large or too deep to compile, and statements that chat templates lack."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 1)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > _MAX_NODES:
            raise TemplateError("is far longer than chat templates are")
        if depth > _MAX_DEPTH:
            raise TemplateError("is nested too deeply")
        if isinstance(node, nodes.Stmt) and type(node).__name__ not in _STATEMENTS:
            raise TemplateError(f'has a statement that chat templates do not use ("{type(node).__name__}")')
        if isinstance(node, nodes.For) and node.recursive:
            raise TemplateError("has a recursive loop, which chat templates do not use")
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


class Meter(jinja2.visitor.NodeTransformer):
    """Rewrites a template so that whatever costs time or memory goes through the environment."""

    def _through(self, method: str, *args: nodes.Expr) -> nodes.Call:
        return nodes.Call(nodes.EnvironmentAttribute(method), list(args), [], None, None)

    def _tick(self, *body: nodes.Node) -> nodes.Call:
        """Pays for one run of a body; loops inside it pay again for each of theirs."""
        found = [node for part in body for node in (part, *part.find_all(nodes.Node))]
        text = sum(len(node.data) for node in found if isinstance(node, nodes.TemplateData))
        return self._through("tick", nodes.Const(1 + len(found) + text // CHARS_PER_UNIT))

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        """A loop pays for each round, those that its condition skips included."""
        ticks = [self._tick(*node.body, *([node.test] if node.test else [])) for _ in range(2)]
        self.generic_visit(node)
        node.iter = self._through("read", cast("nodes.Expr", node.iter))
        if node.test is not None:
            node.test = nodes.And(ticks[0], node.test)
        node.body.insert(0, nodes.ExprStmt(ticks[1]))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        """A macro pays for each call."""
        tick = self._tick(*node.body)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(tick))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """`a ~ b` pays for its parts."""
        self.generic_visit(node)
        return self._through("joined", *node.nodes)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """`a == b`, `a in b` pay for both sides."""
        self.generic_visit(node)
        node.expr = self._through("read", node.expr)
        for operand in node.ops:
            operand.expr = self._through("read", operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """`a[b:c]` pays for what it copies."""
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        return self._through("cut", node.node, *(bound or nodes.Const(None) for bound in bounds))

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """`[a, b]` pays for what it holds."""
        self.generic_visit(node)
        return self._through("paid", node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """`{a: b}` pays for what it holds."""
        self.generic_visit(node)
        return self._through("paid", node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """`(a, b)` pays for what it holds, unless it is a target to assign to."""
        self.generic_visit(node)
        return self._through("paid", node) if node.ctx == "load" else node
