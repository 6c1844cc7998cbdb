// Loss, hit and first deltas of samples whose log softmax the vendor's call has made.
#pragma once

#include "mlp/cuda/judge.hpp"

namespace ghee::mlp::cudnn {

struct JudgeShares
{
    using Work = cuda::JudgeWork;  ///< whose sums are logarithms of shares
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "judge_shares"; }

    GHEE_GPU static void run(Work const& w)
    {
        cuda::LossWork const& loss = w.loss;
        int const lane = cuda::machine::thread() % cuda::judging_lanes;
        int const stride = cuda::stride_of(loss.targets.columns);
        int const asked = cuda::machine::block() * cuda::judged_at_once + cuda::machine::thread() / cuda::judging_lanes;
        bool const live = asked < loss.rows.count;
        int const i = live ? asked : loss.rows.count - 1;  // the others of a warp need its lanes
        std::int64_t const nth = (loss.rows.progress->step + loss.rows.step) * loss.rows.batch + i;
        std::int64_t const place = loss.rows.order != nullptr ? loss.rows.order[nth] : nth;
        auto const at = static_cast<std::int64_t>(i) * stride;
        cuda::Verdict const verdict =
            judge(loss, lane, w.sums + at, loss.targets.data + place * stride, live && loss.delta != nullptr ? loss.delta + at : nullptr);
        if (live && lane == 0)
            loss.verdicts[i] = verdict;
    }

  private:
    GHEE_GPU static cuda::Verdict judge(cuda::LossWork const& w, int lane, float const* logarithm, float const* target, float* delta)
    {
        int const outputs = w.targets.columns;
        float const scale = 1.0F / static_cast<float>(w.rows.count);
        cuda::Peak highest, wanted;
        float total = 0.0F, loss = 0.0F;
        for (int o = lane; o < outputs; o += cuda::judging_lanes)
        {
            highest.see(logarithm[o], o);
            wanted.see(target[o], o);
            total += target[o];
            loss -= target[o] * logarithm[o];
        }
        highest.meet();
        wanted.meet();
        total = cuda::summed(total);
        loss = cuda::summed(loss);
        if (delta != nullptr)
            for (int o = lane; o < outputs; o += cuda::judging_lanes)
                delta[o] = (::expf(logarithm[o]) * total - target[o]) * scale;
        return {loss, highest.place == wanted.place && loss == loss ? 1 : 0};
    }
};

}  // namespace ghee::mlp::cudnn
