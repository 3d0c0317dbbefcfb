"""Terms to a whole program: its outputs, and its axes in the order in which memory is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xent_sym.numeric.graph import Graph
from xent_sym.numeric.lowering.terms import Lowering
from xent_sym.numeric.program import ROWS, Axis, Fault, Node, Output, Program
from xent_sym.terms.term import Sym, Term


def lowered(
    outputs: Mapping[str, Term], arguments: Mapping[Sym, str], axes: Mapping[str, Sequence[Sym]]
) -> Program:
    """The program whose outputs are these terms, each along its own axes.

    >>> from xent_sym.terms import index, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> program = lowered({"a": softmax(z)[k]}, {z: "z"}, {"a": [k]})
    >>> program.outputs[0].node.op, program.laws
    ('mul', ('softmax_pivot',))
    """
    every = list(dict.fromkeys(a for own in axes.values() for a in own))
    return made(Lowering(arguments, every, Graph()), outputs, axes)


def made(
    lowering: Lowering, outputs: Mapping[str, Term], axes: Mapping[str, Sequence[Sym]],
    faults: Sequence[Fault] = (),
) -> Program:
    """The program of these outputs, with its axes in the order in which memory is laid out."""
    results = tuple(
        Output(name, _unsigned_zero(lowering, term), tuple(lowering.axis(a) for a in axes[name]))
        for name, term in outputs.items()
    )
    program = Program(results, (), tuple(lowering.laws), tuple(faults))
    return replace(program, axes=(ROWS, *_in_order(program)))


def _unsigned_zero(lowering: Lowering, term: Term) -> Node:
    """0 − x for −x: an entropy of 0 is not −0."""
    node, g = lowering.value(term), lowering.graph
    return g.node("sub", (g.number(0), node.args[0])) if node.op == "neg" else node


def _in_order(program: Program) -> list[Axis]:
    """The axes: those of earlier dimensions of the arguments and results before later ones."""
    nodes = program.nodes()
    chains = [tuple(p.axis for p in n.access.places) for n in nodes if n.op == "input"]
    chains += [o.axes for o in program.outputs]
    found = dict.fromkeys(a for chain in chains for a in chain)
    found.update(dict.fromkeys(a for n in nodes for a in sorted(n.axes, key=lambda a: a.name)))
    found.pop(ROWS, None)
    ordered: list[Axis] = []
    while found:
        free = [a for a in found
                if not any(a in c and any(b in found for b in c[:c.index(a)]) for c in chains)]
        ordered.append((free or list(found))[0])
        del found[ordered[-1]]
    return ordered
