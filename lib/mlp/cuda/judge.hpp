// Loss, hit and first deltas of a sample, by eight lanes of a warp, or by one.
#pragma once

#include <cmath>

#include "mlp/cuda/functions.hpp"
#include "mlp/cuda/product.hpp"

namespace ghee::mlp::cuda {

constexpr int judging_lanes = 8;
constexpr int judged_at_once = threads_a_block / judging_lanes;

template<int lanes = judging_lanes>
GHEE_GPU float summed(float x)
{
    GHEE_UNROLL
    for (int mask = 1; mask < lanes; mask *= 2)
        x += machine::of_lane(x, mask);
    return x;
}

template<int lanes = judging_lanes>
GHEE_GPU bool all_agree(bool mine)
{
    int yes = mine ? 1 : 0;
    GHEE_UNROLL
    for (int mask = 1; mask < lanes; mask *= 2)
        yes &= machine::of_lane(yes, mask);
    return yes != 0;
}

/// The largest number and the first place that has it; a NaN is never larger.
struct Peak
{
    float value = -HUGE_VALF;
    int place = 0x7FFFFFFF;
    GHEE_GPU void see(float v, int p)
    {
        if (v > value || (v == value && p < place))
        {
            value = v;
            place = p;
        }
    }
    template<int lanes = judging_lanes>
    GHEE_GPU void meet()
    {
        GHEE_UNROLL
        for (int mask = 1; mask < lanes; mask *= 2)
        {
            float const v = machine::of_lane(value, mask);
            see(v, machine::of_lane(place, mask));
        }
    }
};

/// The sample's sums z(o), its targets, and put(o, delta), called where deltas are wanted, when z(o) is not read any more. `lane` is this
/// thread's of the `lanes` that the sample has.
template<int lanes, class Sums, class Put>
GHEE_GPU Verdict judge_mse(LossWork const& w, int lane, Sums const& z, float const* target, Put const& put)
{
    int const outputs = w.targets.columns;
    float const share = 1.0F / static_cast<float>(outputs);
    float const scale = 1.0F / static_cast<float>(w.rows.count);
    bool const squeezed = w.output_activation == OutputActivation::sigmoid;
    float sum = 0.0F;
    for (int o = lane; o < outputs; o += lanes)
    {
        float const y = squeezed ? sigmoid(z(o)) : z(o);
        float const difference = y - target[o];
        sum += difference * difference;
        float const delta = difference * (2.0F * share * scale);
        put(o, squeezed ? delta * (y * (1.0F - y)) : delta);
    }
    return {summed<lanes>(sum) * share, 0};
}

template<int lanes, class Sums, class Put>
GHEE_GPU Verdict judge_binary(LossWork const& w, int lane, Sums const& z, float const* target, Put const& put)
{
    int const outputs = w.targets.columns;
    float const share = 1.0F / static_cast<float>(outputs);
    float const scale = 1.0F / static_cast<float>(w.rows.count);
    float sum = 0.0F;
    bool right = true;
    for (int o = lane; o < outputs; o += lanes)
    {
        float const s = z(o), t = target[o];
        sum += (s < 0.0F ? 0.0F : s) - s * t + ::log1pf(::expf(-::fabsf(s)));
        right = right && (s > 0.0F) == (t > 0.5F) && s == s;
        put(o, (sigmoid(s) - t) * (share * scale));
    }
    return {summed<lanes>(sum) * share, all_agree<lanes>(right) ? 1 : 0};
}

template<int lanes, class Sums, class Put>
GHEE_GPU Verdict judge_classes(LossWork const& w, int lane, Sums const& z, float const* target, Put const& put)
{
    int const outputs = w.targets.columns;
    float const scale = 1.0F / static_cast<float>(w.rows.count);
    Peak highest, wanted;
    float total = 0.0F;
    for (int o = lane; o < outputs; o += lanes)
    {
        highest.see(z(o), o);
        wanted.see(target[o], o);
        total += target[o];
    }
    highest.meet<lanes>();
    wanted.meet<lanes>();
    total = summed<lanes>(total);
    float sum = 0.0F;
    for (int o = lane; o < outputs; o += lanes)
        sum += ::expf(z(o) - highest.value);
    sum = summed<lanes>(sum);
    float const logarithm = ::logf(sum), share = total / sum;
    float loss = 0.0F;
    for (int o = lane; o < outputs; o += lanes)
    {
        float const below = z(o) - highest.value;
        loss += target[o] * (logarithm - below);
        put(o, (::expf(below) * share - target[o]) * scale);
    }
    return {summed<lanes>(loss), highest.place == wanted.place && sum == sum ? 1 : 0};
}

template<int lanes, class Sums, class Put>
GHEE_GPU Verdict judge_sample(LossWork const& w, int lane, Sums const& z, float const* target, Put const& put)
{
    switch (w.loss)
    {
        case Loss::mse: return judge_mse<lanes>(w, lane, z, target, put);
        case Loss::binary_cross_entropy: return judge_binary<lanes>(w, lane, z, target, put);
        case Loss::cross_entropy: break;
    }
    return judge_classes<lanes>(w, lane, z, target, put);
}

/// Of the step's samples first .. first + count - 1 by the whole block; z(i, o) are the sums of sample first + i.
template<class Sums>
GHEE_GPU void judge(LossWork const& w, int first, int count, Sums const& z)
{
    int const lane = machine::thread() % judging_lanes;
    int const stride = stride_of(w.targets.columns);
    std::int64_t const begin = (w.rows.progress->step + w.rows.step) * w.rows.batch + first;
    for (int turn = 0; turn < count; turn += judged_at_once)
    {
        int const asked = turn + machine::thread() / judging_lanes;
        bool const live = asked < count;
        int const i = live ? asked : count - 1;  // the others of a warp need its lanes
        std::int64_t const place = w.rows.order != nullptr ? w.rows.order[begin + i] : begin + i;
        float const* const target = w.targets.data + place * stride;
        auto const sums = [&](int o) { return z(i, o); };
        auto const put = [&](int o, float delta)
        {
            if (live && w.delta != nullptr)
                w.delta[static_cast<std::int64_t>(first + i) * stride + o] = delta;
        };
        Verdict const verdict = judge_sample<judging_lanes>(w, lane, sums, target, put);
        // What fills the row up may be left from another layer, and a NaN of it would outlive every reset.
        if (lane < stride - w.targets.columns)
            put(w.targets.columns + lane, 0.0F);
        if (live && lane == 0)
            w.verdicts[first + i] = verdict;
    }
}

}  // namespace ghee::mlp::cuda
