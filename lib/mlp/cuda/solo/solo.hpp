// The solo kernel: a block trains one network, step after step and epoch after epoch, and evaluates it in between; as many blocks as there
// are networks. Everything but the samples stays in shared memory, and those of the next chunk are on their way while one is worked on.
//
// Of a chunk, thread t has the samples that share_of_thread() says, through all layers forward and back; where groups of threads share the
// neurons they meet after each layer, where there is one group nobody waits. Then they share the gradients (learn.hpp).
#pragma once

#include "mlp/cuda/judge.hpp"
#include "mlp/cuda/solo/account.hpp"
#include "mlp/cuda/solo/learn.hpp"
#include "mlp/cuda/solo/rows.hpp"

namespace ghee::mlp::cuda {

template<int Together, int Quads>
struct Solo
{
    using Work = SoloWork;
    static constexpr std::size_t shared_bytes = 0;  ///< follows from the plan
    static constexpr char const* name() { return "solo"; }

    GHEE_GPU static void run(Work const& w)
    {
        SoloReplica const replica = w.replicas[machine::block()];
        SoloAccount account(w, replica);
        if (account.over())
            return;
        Solo block(w, replica, account);
        block.fetch();
        block.train();
        block.leave();
    }

  private:
    GHEE_GPU Solo(Work const& w, SoloReplica const& replica, SoloAccount& account)
        : w_(w), plan_(w.plan), replica_(replica), account_(account), shared_(machine::shared()), rows_(shared_ + plan_.rows_at),
          lists_(reinterpret_cast<std::uint32_t*>(shared_ + plan_.lists_at)), rates_(reinterpret_cast<StepRates*>(shared_ + plan_.rates_at)),
          share_(share_of_thread(plan_)), mine_(plan_, rows_, share_)
    {
    }

    GHEE_GPU std::uint32_t* list(int which) const { return lists_ + which * plan_.chunk; }

    /// The row of the data that this thread lists of a chunk.
    GHEE_GPU bool lists(SoloPlace const& place) const { return is_there(w_, place) && machine::thread() < place.count; }

    GHEE_GPU void prepare_rates()
    {
        rates_from_ = account_.taken();
        rates_[machine::thread()] = rates_at(w_.step_rates, rates_from_ + machine::thread() + 1);
    }

    /// Parameters, moments, and the samples of the first chunk.
    GHEE_GPU void fetch()
    {
        for (int at = 4 * machine::thread(); at < plan_.state_floats; at += 4 * threads_a_block)
            machine::copy_quad(shared_ + at, replica_.parameters + at, true);
        prepare_rates();
        SoloPlace const first = account_.place(), second = next(w_, first);
        if (lists(first))
            list(0)[machine::thread()] = row_of(w_, replica_, first, machine::thread());
        if (lists(second))
            list(1)[machine::thread()] = row_of(w_, replica_, second, machine::thread());
        machine::barrier();
        if (plan_.places == 2 && is_there(w_, first))
            bring_samples(w_, replica_, first, list(0), rows_, 0);
        machine::end_copies();
    }

    /// When it returns this chunk is there for all, its list and the next one's, and the weights are new.
    GHEE_GPU void bring(SoloPlace const& now, SoloPlace const& coming, int which)
    {
        machine::wait_for_copies<0>();
        machine::barrier();
        bool const ahead = plan_.places == 2;
        if (ahead && is_there(w_, coming))
            bring_samples(w_, replica_, coming, list(which ^ 1), rows_, which ^ 1);
        if (!ahead)
            bring_samples(w_, replica_, now, list(which), rows_, 0);
        machine::end_copies();
        if (ahead)
            return;
        machine::wait_for_copies<0>();
        machine::barrier();
    }

    GHEE_GPU void train()
    {
        SoloPlace now = account_.place(), coming = next(w_, now);
        int which = 0;
        for (; is_there(w_, now); which ^= 1)
        {
            SoloPlace const later = next(w_, coming);
            bring(now, coming, which);
            bool const listing = lists(later);
            std::uint32_t const row = listing ? row_of(w_, replica_, later, machine::thread()) : 0;
            take(now, plan_.places == 2 ? which : 0);
            if (listing)
                list(which)[machine::thread()] = row;
            account_.move_to(now, coming, reinterpret_cast<SoloSum*>(shared_ + plan_.sums_at));
            bool const whole_step = coming.within == 0;
            if (account_.over() || (whole_step && account_.chunks() >= w_.most_chunks))
                break;
            now = coming;
            coming = later;
        }
    }

    GHEE_GPU void meet() const
    {
        if (share_.groups > 1)
            machine::barrier();
    }

    /// A chunk forward, judged, and in training backward; `where` of its two places in a row it lies.
    GHEE_GPU void take(SoloPlace const& place, int where)
    {
        int const last = plan_.depth - 1, input_at = where * plan_.input_floats;
        for (int d = 0; d <= last; ++d)
        {
            solo_forward<Together, Quads>(plan_.layers[d], shared_, mine_, share_, d == 0 ? input_at : plan_.layers[d].input_at,
                                          d == last ? Activation::linear : w_.activation);
            meet();
        }
        judge_chunk(place, where);
        if (place.testing)
            return;
        meet();
        for (int d = last; d > 0; --d)
        {
            solo_spread<Together, Quads>(w_, plan_.layers[d], plan_.layers[d - 1], shared_, mine_, share_);
            if (d > 1)
                meet();
        }
        machine::barrier();  // all deltas are there, and nobody reads the weights any more
        SoloLesson const lesson{place.count, place.within == 0, place.ends_step, rates_[account_.taken() - rates_from_], input_at};
        if (plan_.by_thread != 0)
            solo_learn_by_thread(w_, shared_, rows_, lesson);
        else
            solo_learn<Quads>(w_, shared_, rows_, lesson);
        if (!place.ends_step)
            return;
        account_.take_step();
        if (account_.taken() - rates_from_ < rates_ahead)
            return;
        machine::barrier();
        prepare_rates();
    }

    GHEE_GPU void judge_chunk(SoloPlace const& place, int where)
    {
        int const sample = machine::thread();
        if (sample >= place.count)
            return;
        SoloLayer const& layer = plan_.layers[plan_.depth - 1];
        LossWork judging;
        judging.loss = w_.loss;
        judging.output_activation = w_.output_activation;
        judging.rows.count = place.step_samples;
        judging.targets.columns = layer.outputs;
        float* const row = rows_ + sample * plan_.row_floats;
        bool const training = !place.testing;
        Verdict const verdict = judge_sample<1>(
            judging, 0, [&](int o) { return row[layer.output_at + o]; }, row + plan_.targets_at + where * plan_.target_floats,
            [&](int o, float delta)
            {
                if (training)
                    row[layer.delta_at + o] = delta;
            });
        account_.add(verdict);
    }

    GHEE_GPU void leave()
    {
        machine::wait_for_copies<0>();
        machine::barrier();
        for (int at = 4 * machine::thread(); at < plan_.state_floats; at += 4 * threads_a_block)
            *reinterpret_cast<Quad*>(replica_.parameters + at) = quad_at(shared_ + at);
        account_.leave();
    }

    Work const& w_;
    SoloPlan const& plan_;
    SoloReplica const& replica_;
    SoloAccount& account_;
    float* shared_;
    float* rows_;
    std::uint32_t* lists_;
    StepRates* rates_;
    std::int64_t rates_from_ = 0;
    SoloShare share_;
    SoloRows<Together> mine_;
};

}  // namespace ghee::mlp::cuda
