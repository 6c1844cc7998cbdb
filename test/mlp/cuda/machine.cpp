// The emulated machine itself: it would see what kernels must not do.
#include "emulated_machine.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "emulated_gpu.hpp"
#include "mlp/instrumented.hpp"

namespace {
using namespace ghee::mlp::cuda;

struct Numbers
{
    float* out = nullptr;
    float const* in = nullptr;
};

/// Every thread takes the next one's number through shared memory.
template<bool with_barrier>
struct Neighbour
{
    using Work = Numbers;
    static constexpr std::size_t shared_bytes = threads_a_block * sizeof(float);
    static constexpr char const* name() { return "neighbour"; }
    static void run(Work const& w)
    {
        int const me = machine::thread();
        machine::shared()[me] = static_cast<float>(me);
        if constexpr (with_barrier)
            machine::barrier();
        w.out[machine::block() * threads_a_block + me] = machine::shared()[(me + 1) % threads_a_block];
    }
};

struct WaitsTooLittle
{
    using Work = Numbers;
    static constexpr std::size_t shared_bytes = threads_a_block * 16;
    static constexpr char const* name() { return "waits too little"; }
    static void run(Work const& w)
    {
        int const me = machine::thread();
        for (int turn = 0; turn < 2; ++turn)
        {
            machine::copy_quad(machine::shared() + 4 * me, w.in + 4 * turn, true);
            machine::end_copies();
        }
        machine::wait_for_copies<1>();
        w.out[me] = machine::shared()[4 * me];
        machine::wait_for_copies<0>();
    }
};

struct SomeStayAway
{
    using Work = Numbers;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "some stay away"; }
    static void run(Work const&)
    {
        if (machine::thread() != 77)
            machine::barrier();
    }
};

struct SwapsLanes
{
    using Work = Numbers;
    static constexpr std::size_t shared_bytes = 0;
    static constexpr char const* name() { return "swaps lanes"; }
    static void run(Work const& w)
    {
        int const me = machine::thread();
        w.out[me] = machine::of_lane(static_cast<float>(me), 5) + static_cast<float>(machine::of_lane(me, 16)) * 1000.0F;
    }
};

template<class Body>
std::vector<float> result(emulated::Sequence sequence, float const* in = nullptr, int blocks = 1)
{
    std::vector<float> out(static_cast<std::size_t>(blocks * threads_a_block), -1.0F);
    emulated::EmulatedGpu gpu(emulated::facts_with(8), sequence);
    Numbers const work{out.data(), in};
    gpu.launch(kernel_of<Body>(), blocks, &work);
    return out;
}

TEST(EmulatedMachine, RunsAllThreadsToTheBarrierBeforeAnyGoesOn)
{
    for (auto const sequence : {emulated::Sequence::ascending, emulated::Sequence::descending})
    {
        auto const out = result<Neighbour<true>>(sequence, nullptr, 2);
        for (std::size_t i = 0; i < out.size(); ++i)
            ASSERT_EQ(out[i], static_cast<float>((i + 1) % threads_a_block));
    }
}

TEST(EmulatedMachine, ShowsAMissingBarrier)
{
    EXPECT_NE(result<Neighbour<false>>(emulated::Sequence::ascending), result<Neighbour<false>>(emulated::Sequence::descending));
}

TEST(EmulatedMachine, CopiesNoSoonerThanIsWaitedFor)
{
    std::vector<float> const in{1, 2, 3, 4, 5, 6, 7, 8};
    for (float const seen : result<WaitsTooLittle>(emulated::Sequence::ascending, in.data()))
        ASSERT_EQ(seen, 1.0F);
}

TEST(EmulatedMachine, SwapsNumbersOfLanes)
{
    auto const out = result<SwapsLanes>(emulated::Sequence::descending);
    for (int i = 0; i < threads_a_block; ++i)
        ASSERT_EQ(out[static_cast<std::size_t>(i)], static_cast<float>((i ^ 5) + (i ^ 16) * 1000));
}

TEST(EmulatedMachineDeathTest, EndsWhereAThreadStaysAway)
{
    if (ghee::mlp::test::instrumented)
        GTEST_SKIP() << "a sanitizer has its own words about a program that ends on a fiber";
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(result<SomeStayAway>(emulated::Sequence::ascending), "not all threads have come to a barrier");
}
}  // namespace
