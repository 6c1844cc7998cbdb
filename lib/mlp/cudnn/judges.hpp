// Loss, hit and first deltas of samples: of sums, or of their log softmax, which the vendor's call has made.
#pragma once

#include "mlp/cuda/judge.hpp"
#include "mlp/cudnn/alarm.hpp"

namespace ghee::mlp::cudnn {

struct JudgeSums
{
    using Work = JudgeWork;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "judge_sums"; }

    GHEE_GPU static void run(Work const& w)
    {
        cuda::LossWork const& loss = w.judged.loss;
        int const first = cuda::machine::block() * cuda::judged_at_once;
        int const left = loss.rows.count - first;
        int const count = left < cuda::judged_at_once ? left : cuda::judged_at_once;
        int const stride = cuda::stride_of(loss.targets.columns);
        cuda::judge(loss, first, count,
                    [&](int i, int o) { return w.judged.sums[static_cast<std::int64_t>(first + i) * stride + o] + alarm_of(w.alarms, first + i); });
        silence(w.alarms, first, count);
    }
};

struct JudgeShares
{
    using Work = JudgeWork;  ///< whose sums are logarithms of shares
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "judge_shares"; }

    GHEE_GPU static void run(Work const& w)
    {
        cuda::LossWork const& loss = w.judged.loss;
        int const lane = cuda::machine::thread() % cuda::judging_lanes;
        int const stride = cuda::stride_of(loss.targets.columns);
        int const first = cuda::machine::block() * cuda::judged_at_once;
        int const asked = first + cuda::machine::thread() / cuda::judging_lanes;
        bool const live = asked < loss.rows.count;
        int const i = live ? asked : loss.rows.count - 1;  // the others of a warp need its lanes
        std::int64_t const nth = (loss.rows.progress->step + loss.rows.step) * loss.rows.batch + i;
        std::int64_t const place = loss.rows.order != nullptr ? loss.rows.order[nth] : nth;
        auto const at = static_cast<std::int64_t>(i) * stride;
        float const alarm = alarm_of(w.alarms, i);
        auto const logarithm = [&](int o) { return w.judged.sums[at + o] + alarm; };
        cuda::Verdict const verdict =
            judge(loss, lane, logarithm, loss.targets.data + place * stride, live && loss.delta != nullptr ? loss.delta + at : nullptr);
        if (live && lane == 0)
            loss.verdicts[i] = verdict;
        int const left = loss.rows.count - first;
        silence(w.alarms, first, left < cuda::judged_at_once ? left : cuda::judged_at_once);
    }

  private:
    template<class Logarithms>
    GHEE_GPU static cuda::Verdict judge(cuda::LossWork const& w, int lane, Logarithms const& logarithm, float const* target, float* delta)
    {
        int const outputs = w.targets.columns;
        float const scale = 1.0F / static_cast<float>(w.rows.count);
        cuda::Peak highest, wanted;
        float total = 0.0F, loss = 0.0F;
        for (int o = lane; o < outputs; o += cuda::judging_lanes)
        {
            highest.see(logarithm(o), o);
            wanted.see(target[o], o);
            total += target[o];
            loss -= target[o] * logarithm(o);
        }
        highest.meet();
        wanted.meet();
        total = cuda::summed(total);
        loss = cuda::summed(loss);
        if (delta != nullptr)
            for (int o = lane; o < outputs; o += cuda::judging_lanes)
                delta[o] = (::expf(logarithm(o)) * total - target[o]) * scale;
        return {loss, highest.place == wanted.place && loss == loss ? 1 : 0};
    }
};

}  // namespace ghee::mlp::cudnn
