// What a network has done so far and whether it goes on: place, steps, losses, the rule by which it stops. Every thread of its block keeps the
// same account, but for losses and hits, of which each has those of its own samples.
#pragma once

#include "mlp/cuda/solo/place.hpp"

namespace ghee::mlp::cuda {

class SoloAccount
{
  public:
    GHEE_GPU SoloAccount(SoloWork const& w, SoloReplica const& replica)
        : w_(w), replica_(replica), state_(*replica.state), mine_(replica.sums[machine::thread()])
    {
        state_.records = 0;
        state_.chunks = 0;
        state_.begun_ns = machine::nanoseconds();
    }

    GHEE_GPU bool over() const { return state_.over != 0; }
    GHEE_GPU std::int64_t chunks() const { return state_.chunks; }
    GHEE_GPU std::int64_t taken() const { return state_.taken; }
    GHEE_GPU void take_step() { ++state_.taken; }
    GHEE_GPU SoloPlace place() const { return place_at(w_, state_.epoch, state_.first, 0, state_.testing != 0); }

    GHEE_GPU void add(Verdict const& verdict)
    {
        mine_.loss += static_cast<double>(verdict.loss);
        mine_.hits += verdict.hit;
    }

    /// `done` is over, `coming` is next. `scratch`: a place in shared memory for a sum of each warp. All threads call it.
    GHEE_GPU void move_to(SoloPlace const& done, SoloPlace const& coming, SoloSum* scratch)
    {
        ++state_.chunks;
        if (done.ends_pass)
        {
            SoloSum const sum = of_all_threads(mine_, scratch);
            mine_ = {};
            done.testing ? end_evaluation(sum) : end_training(sum);
        }
        state_.epoch = coming.epoch;
        state_.first = coming.first;
        state_.testing = coming.testing ? 1 : 0;
    }

    /// Writes it all down.
    GHEE_GPU void leave()
    {
        replica_.sums[machine::thread()] = mine_;
        if (machine::thread() != 0)
            return;
        state_.ended_ns = machine::nanoseconds();
        *replica_.state = state_;
    }

  private:
    GHEE_GPU static bool is_finite(double x) { return x - x == 0.0; }

    /// Always added in the same order.
    GHEE_GPU static SoloSum of_all_threads(SoloSum sum, SoloSum* scratch)
    {
        int hits = static_cast<int>(sum.hits);  // of at most 2^31 samples
        GHEE_UNROLL
        for (int mask = 1; mask < 32; mask *= 2)
        {
            sum.loss += machine::of_lane(sum.loss, mask);
            hits += machine::of_lane(hits, mask);
        }
        if (machine::thread() % 32 == 0)
            scratch[machine::thread() / 32] = {sum.loss, hits};
        machine::barrier();
        SoloSum all{};
        for (int warp = 0; warp < threads_a_block / 32; ++warp)
        {
            all.loss += scratch[warp].loss;
            all.hits += scratch[warp].hits;
        }
        return all;
    }

    GHEE_GPU void end_training(SoloSum const& sum)
    {
        state_.trained = sum;
        state_.trained_ns = machine::nanoseconds();
        bool const finite = is_finite(sum.loss);
        state_.over = !finite || (state_.epoch == w_.epochs && !evaluates_after(w_, state_.epoch)) ? 1 : 0;
        if (!finite || !evaluates_after(w_, state_.epoch))
            record({}, false);
    }

    /// The rule of train/stopping.cpp, in the same arithmetic.
    GHEE_GPU void end_evaluation(SoloSum const& sum)
    {
        record(sum, true);
        double const loss = sum.loss / static_cast<double>(w_.test_count);
        double const accuracy = static_cast<double>(sum.hits) / static_cast<double>(w_.test_count);
        bool stops = !is_finite(sum.loss) || loss <= w_.target_loss || (w_.has_accuracy != 0 && accuracy >= w_.target_accuracy);
        if (!stops)
        {
            bool const better = loss < state_.best;
            state_.best = better ? loss : state_.best;
            state_.since_best = better ? 0 : state_.since_best + 1;
            stops = w_.patience > 0 && state_.since_best >= w_.patience;
        }
        state_.over = stops || state_.epoch == w_.epochs ? 1 : 0;
    }

    GHEE_GPU void record(SoloSum const& tested, bool was_tested)
    {
        if (machine::thread() == 0)
            replica_.records[state_.records * w_.records_stride] = {state_.epoch,       state_.trained,    tested,
                                                                    was_tested ? 1 : 0, state_.trained_ns, machine::nanoseconds()};
        ++state_.records;
    }

    SoloWork const& w_;
    SoloReplica const& replica_;
    SoloState state_;
    SoloSum mine_;
};

}  // namespace ghee::mlp::cuda
