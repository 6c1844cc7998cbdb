"""TensorFlow/Keras, what the study used: model.fit on arrays in memory, an epoch a call."""

import os

os.environ.update(OMP_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
import tensorflow as tf

import cells


def epoch_of(cell):
    inputs, targets, order = cells.rows(cell)
    order = order[: cells.steps_of(cell) * cells.BATCH]
    hidden = [tf.keras.layers.Dense(width, activation="relu") for width in cell["widths"][:-1]]
    classifies = cell["loss"] == "cross_entropy"
    last = tf.keras.layers.Dense(cell["widths"][-1], activation="softmax" if classifies else None)
    model = tf.keras.Sequential([tf.keras.Input((cell["inputs"],)), *hidden, last])
    model.compile(optimizer="adam", loss="categorical_crossentropy" if classifies else "mse")
    data = tf.data.Dataset.from_tensor_slices((inputs[order], targets[order])).batch(cells.BATCH).cache().prefetch(1)
    return lambda: model.fit(data, epochs=1, verbose=0)


tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
for cell in cells.load():
    cells.tell(cell, "keras-fit", cells.best_step(epoch_of(cell), cells.steps_of(cell)), tf.__version__)
    tf.keras.backend.clear_session()
