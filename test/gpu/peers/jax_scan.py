"""JAX on a GPU: an epoch is one compiled lax.scan over its steps, parameters donated; TF32 off and on.

All cells are compiled first, side by side, then timed one after another."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
if "cpu" in sys.argv:
    os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
import numpy

import peer

PRECISIONS = {"fp32": "highest", "tf32": "tensorfloat32"}
SHARE_FOR_COMPILING = 0.6


def train_of(cell):
    def loss_of(parameters, x, t):
        for weights, bias in parameters[:-1]:
            x = jax.nn.relu(x @ weights + bias)
        y = x @ parameters[-1][0] + parameters[-1][1]
        if cell["loss"] == "cross_entropy":
            return -jnp.mean(jnp.sum(t * jax.nn.log_softmax(y), axis=1))
        return jnp.mean((y - t) ** 2)

    @partial(jax.jit, donate_argnums=0)
    def train(carry, inputs, targets, batches):
        def step(carry, batch):
            parameters, first, second, count = carry
            loss, gradient = jax.value_and_grad(loss_of)(parameters, inputs[batch], targets[batch])
            count = count + 1
            rate = 1e-4 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
            first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
            second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
            parameters = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), parameters, first, second)
            return (parameters, first, second, count), loss

        carry, losses = jax.lax.scan(step, carry, batches)
        return carry, jnp.mean(losses)

    return train


def shapes(cell):
    """Of train's arguments."""
    parameters, fan_in = [], cell["inputs"]
    for width in cell["widths"]:
        parameters.append((jax.ShapeDtypeStruct((fan_in, width), jnp.float32), jax.ShapeDtypeStruct((width,), jnp.float32)))
        fan_in = width
    count = cell["steps"] * peer.BATCH
    return (
        (parameters, parameters, parameters, jax.ShapeDtypeStruct((), jnp.float32)),
        jax.ShapeDtypeStruct((count, cell["inputs"]), jnp.float32),
        jax.ShapeDtypeStruct((count, cell["widths"][-1]), jnp.float32),
        jax.ShapeDtypeStruct((cell["steps"], peer.BATCH), jnp.int32),
    )


def compiled(cell, precision, until):
    if time.perf_counter() > until:
        return None
    with jax.default_matmul_precision(PRECISIONS[precision]):
        return train_of(cell).lower(*shapes(cell)).compile()


def epoch_of(cell, train):
    random = numpy.random.default_rng(1)
    inputs, targets, _ = peer.rows(cell, cell["steps"] * peer.BATCH)
    inputs, targets = jnp.asarray(inputs), jnp.asarray(targets)
    orders = [jnp.asarray(order.astype(numpy.int32)) for order in peer.orders(cell, numpy.random.default_rng(2))]
    parameters, fan_in = [], cell["inputs"]
    for width in cell["widths"]:
        bound = (6 / (fan_in + width)) ** 0.5
        parameters.append((jnp.asarray(random.uniform(-bound, bound, (fan_in, width)).astype(numpy.float32)), jnp.zeros(width, jnp.float32)))
        fan_in = width
    carry = [(parameters, jax.tree.map(jnp.zeros_like, parameters), jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))]

    def epoch(i):
        carry[0], loss = train(carry[0], inputs, targets, orders[i % peer.ORDERS])
        return float(loss)  # waits for the device

    return epoch


def main():
    given = peer.arguments(__doc__.splitlines()[0])
    if given.device == "cuda" and jax.default_backend() != "gpu":
        sys.exit(f"jax_scan.py: JAX sees no GPU (its backend is {jax.default_backend()}) say --device cpu to try it")
    work = [(cell, precision) for cell in given.list for precision in PRECISIONS]
    until = time.perf_counter() + SHARE_FOR_COMPILING * given.seconds
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ready = list(pool.map(lambda one: compiled(*one, until), work))
    for (cell, precision), train in zip(work, ready):
        name = f"jax-scan {precision}"
        if train is None or time.perf_counter() > given.end:
            peer.tell(cell, name, not_run="out of time")
            continue
        try:
            peer.measure(cell, name, epoch_of(cell, train), given, version=jax.__version__)
        except RuntimeError as error:  # one cell that does not fit is no reason to leave the others out
            peer.tell(cell, name, not_run=str(error).splitlines()[0])


main()
