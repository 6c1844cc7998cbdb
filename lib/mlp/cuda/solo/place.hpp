// Where a network is in its training, chunk by chunk: the samples of a step, the steps of an epoch, its evaluation, the next epoch.
#pragma once

#include "mlp/cuda/machine.hpp"
#include "mlp/cuda/solo/work.hpp"

namespace ghee::mlp::cuda {

/// A chunk. All of it is reckoned once, when the place is made: every thread does, and a small step is hardly longer.
struct SoloPlace
{
    std::int64_t epoch = 1;
    int first = 0;         ///< sample of the pass
    int within = 0;        ///< sample of the step
    int count = 0;         ///< samples
    int step_samples = 0;  ///< of the step that it belongs to
    bool testing = false;
    bool ends_step = false;
    bool ends_pass = false;
};

/// An evaluation goes in steps of a chunk.
GHEE_GPU SoloPlace place_at(SoloWork const& w, std::int64_t epoch, int first, int within, bool testing)
{
    int const of_pass = testing ? w.test_count : w.train_count, of_step = testing ? w.plan.chunk : w.batch;
    int const left_of_pass = of_pass - first;  // from this chunk on
    int const step_samples = of_step < left_of_pass + within ? of_step : left_of_pass + within;
    int const left_of_step = step_samples - within;
    int const count = w.plan.chunk < left_of_step ? w.plan.chunk : left_of_step;
    return {epoch, first, within, count, step_samples, testing, count == left_of_step, count == left_of_pass};
}

GHEE_GPU bool evaluates_after(SoloWork const& w, std::int64_t epoch)
{
    return w.test_count > 0 && (w.evaluate_every == 1 || epoch % w.evaluate_every == 0 || epoch == w.epochs);
}

GHEE_GPU SoloPlace next(SoloWork const& w, SoloPlace const& p)
{
    if (!p.ends_pass)
        return place_at(w, p.epoch, p.first + p.count, p.ends_step ? 0 : p.within + p.count, p.testing);
    bool const tests = !p.testing && evaluates_after(w, p.epoch);
    return place_at(w, tests ? p.epoch : p.epoch + 1, 0, 0, tests);
}

/// Whether its samples can be brought: it is one of the training's, and the order of its epoch is there.
GHEE_GPU bool is_there(SoloWork const& w, SoloPlace const& p) { return p.epoch <= w.epochs && p.epoch < w.orders_end; }

}  // namespace ghee::mlp::cuda
