// The cpu backend's step takes no memory: every allocation of this program is counted, and training adds none.
#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "contenders.hpp"
#include "networks.hpp"

namespace {
std::atomic<long> allocations = 0;
}

// Not inlined: the compiler would see a free() where it knows only new, and warn.
[[gnu::noinline]] void* operator new(std::size_t bytes)
{
    ++allocations;
    if (void* const memory = std::malloc(bytes != 0 ? bytes : 1))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {
using namespace ghee;
using namespace ghee::mlp;

TEST(Allocation, DoesNotHappenWhileTheCpuTrains)
{
    Network const network = test::network(70, {300, 64, 5}, Loss::cross_entropy, Activation::gelu);
    test::Rows const rows(network, 300, 1);
    auto const order = test::in_order(300);
    for (cpu::Kernels const& kernels : test::all_kernels())
    {
        CpuTrainer trainer({.network = network, .optimizer = {}, .precision = kernels.precision, .batch = 64}, kernels);
        trainer.load(rows.samples(), rows.samples());
        long const before = allocations;
        EXPECT_GT(before, 0);
        trainer.train(order);
        trainer.evaluate();
        EXPECT_EQ(allocations - before, 0) << kernels.name;
    }
}
}  // namespace
