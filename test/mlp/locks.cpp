// The cpu backend's epoch takes no lock: every lock of a mutex in this program is counted, and training adds none.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <mutex>

#include <gtest/gtest.h>

#include "instrumented.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "networks.hpp"

namespace {
std::atomic<long> locks = 0;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // the thread sanitizer has to see them itself
extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept
{
    static std::atomic<int (*)(pthread_mutex_t*)> real = nullptr;
    if (real == nullptr)
        real = reinterpret_cast<int (*)(pthread_mutex_t*)>(::dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    ++locks;
    return real.load()(mutex);
}
#endif

namespace {
using namespace ghee;
using namespace ghee::mlp;

TEST(Locks, AreNotTakenWhileTheCpuTrains)
{
    if (test::instrumented)
        GTEST_SKIP() << "a sanitizer watches locks itself";
    std::mutex mutex;
    long const without = locks;
    std::scoped_lock const locked(mutex);
    ASSERT_EQ(locks - without, 1) << "locks are not counted";

    Network const network = test::network(70, {300, 64, 5}, Loss::cross_entropy, Activation::gelu);
    test::Rows const rows(network, 300, 1);
    auto const order = test::in_order(300);
    for (int const threads : {1, 3})
    {
        CpuTrainer trainer({.network = network, .optimizer = {}, .batch = 64, .threads = threads}, cpu::instruction_sets().front());
        trainer.load(rows.samples(), rows.samples());
        long const before = locks;
        trainer.train(order);
        trainer.evaluate();
        EXPECT_EQ(locks - before, 0) << threads << " threads";
    }
}
}  // namespace
