// What the bf16 kernels have beside the fp32 plan: weights, activations and deltas in bf16, cut into tiles.
//
// A tile is 16 rows of 16 words, 1 KiB that lies together; a word is two bf16 numbers that follow each other along the sum. Words are
// moved as floats of the same bits. A strip is 16 neurons, a block 32 samples: two halves of 16. What fills a strip up is 0 and adds
// nothing to a product; the row behind the last neuron is 1, for it is the biases' input.
#pragma once

#include <cstddef>

namespace ghee::mlp::cpu {

constexpr int tile_side = 16;
constexpr int tile_words = tile_side * tile_side;
constexpr int tile_terms = 32;  ///< of the sum that a tile holds: samples in a block, too
/// Words of a strip in a panel of activations or deltas.
constexpr int strip_words = tile_words / 2;
/// Columns of weights whose gradient a thread takes and uses at once, with 32 neurons; the biases' column may be one more.
constexpr int bf16_columns = 256;
constexpr int bf16_gradient_width = bf16_columns + tile_terms;
constexpr int bf16_short_row = 192;

constexpr int strips_of(int n) { return (n + tile_side - 1) / tile_side; }
constexpr int tiles_of(int n) { return (n + tile_terms - 1) / tile_terms; }

/// What a layer reads, in the two orders in which products want it.
struct Bf16Activations
{
    float* pairs = nullptr;   ///< [block][half][strip][8 pairs of neurons][16 samples]: two strips are a tile of the forward product
    float* turned = nullptr;  ///< [strip][block][16 pairs of samples][16 neurons]: tiles of the gradient
    int neurons = 0;
    int strips = 0;  ///< so many that both the row of ones and whole tiles of the forward product find room
};

struct Bf16Layer
{
    float* weights = nullptr;     ///< [strip of outputs][tile of inputs][16 outputs][16 pairs of inputs]
    float* transposed = nullptr;  ///< [strip of inputs][tile of outputs][16 inputs][16 pairs of outputs]; the first layer has none
    Bf16Activations output;       ///< of hidden layers
    float* slope = nullptr;       ///< as output.pairs: derivatives of the activation; null where the output tells them
};

struct Bf16Plan
{
    Bf16Layer const* layers = nullptr;
    Bf16Activations input;
    int blocks = 0;  ///< that the arrays have room for
    /// In turns, as Plan::delta: [block][half][strip][8 pairs of neurons][16 samples] and [strip][block][16 neurons][16 pairs of samples].
    float* delta_pairs[3] = {};
    float* delta_rows[3] = {};
};

}  // namespace ghee::mlp::cpu
