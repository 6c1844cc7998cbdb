// Where a network is in its training, chunk by chunk: the samples of a step, the steps of an epoch, its evaluation, the next epoch.
#pragma once

#include "mlp/cuda/machine.hpp"
#include "mlp/cuda/solo/work.hpp"

namespace ghee::mlp::cuda {

struct SoloPlace
{
    std::int64_t epoch = 1;
    int first = 0;   ///< sample of the pass
    int within = 0;  ///< sample of the step
    bool testing = false;
};

GHEE_GPU int samples_of_pass(SoloWork const& w, SoloPlace const& p) { return p.testing ? w.test_count : w.train_count; }

/// Of the step that a place lies in. An evaluation goes in steps of a chunk.
GHEE_GPU int samples_of_step(SoloWork const& w, SoloPlace const& p)
{
    int const most = p.testing ? w.plan.chunk : w.batch, left = samples_of_pass(w, p) - (p.first - p.within);
    return left < most ? left : most;
}

GHEE_GPU int samples_of_chunk(SoloWork const& w, SoloPlace const& p)
{
    int const left = samples_of_step(w, p) - p.within;
    return left < w.plan.chunk ? left : w.plan.chunk;
}

GHEE_GPU bool ends_step(SoloWork const& w, SoloPlace const& p) { return p.within + w.plan.chunk >= samples_of_step(w, p); }
GHEE_GPU bool ends_pass(SoloWork const& w, SoloPlace const& p)
{
    return ends_step(w, p) && p.first + samples_of_chunk(w, p) >= samples_of_pass(w, p);
}

GHEE_GPU bool evaluates_after(SoloWork const& w, std::int64_t epoch)
{
    return w.test_count > 0 && (w.evaluate_every == 1 || epoch % w.evaluate_every == 0 || epoch == w.epochs);
}

GHEE_GPU SoloPlace next(SoloWork const& w, SoloPlace const& p)
{
    if (!ends_pass(w, p))
    {
        int const count = samples_of_chunk(w, p);
        return {p.epoch, p.first + count, ends_step(w, p) ? 0 : p.within + count, p.testing};
    }
    if (!p.testing && evaluates_after(w, p.epoch))
        return {p.epoch, 0, 0, true};
    return {p.epoch + 1, 0, 0, false};
}

/// Whether its samples can be brought: it is one of the training's, and the order of its epoch is there.
GHEE_GPU bool is_there(SoloWork const& w, SoloPlace const& p) { return p.epoch <= w.epochs && p.epoch < w.orders_end; }

}  // namespace ghee::mlp::cuda
