// The cpu backend's epoch asks nothing of the operating system: its threads run under a filter that shows every call they make.
//
// The filter (seccomp with a listener) belongs to the thread that sets it and to those that it starts: the trainer's helpers. The test's
// first thread has none; it lets each call pass and notes it. sched_yield() alone goes through unseen: a thread that waits long for one
// without a processor gives its own up, and how often depends on who else runs.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instrumented.hpp"
#include "mlp/cpu/cpu.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

/// How often each system call, by its number, was made.
using Calls = std::map<int, int>;

constexpr int not_yet = -1;

/// From now on this thread's calls are shown at the file descriptor that comes back; a negative errno where that cannot be had.
int show_calls()
{
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -errno;
    sock_filter lines[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_yield, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)};
    sock_fprog filter{static_cast<unsigned short>(std::size(lines)), lines};
    auto const listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    return listener < 0 ? -errno : static_cast<int>(listener);
}

/// Lets calls pass until no filtered thread is left; those made while `counted` is set are noted.
void let_pass(int listener, std::atomic<bool> const& counted, Calls& calls)
{
    constexpr int deadline_ms = 60'000;
    for (;;)
    {
        pollfd wanted{.fd = listener, .events = POLLIN, .revents = 0};
        if (::poll(&wanted, 1, deadline_ms) <= 0)
        {
            ADD_FAILURE() << "no call and no end of the threads within a minute";
            return;
        }
        if ((wanted.revents & POLLIN) == 0)
            return;
        seccomp_notif call{};
        if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
            continue;
        if (counted)
            ++calls[call.data.nr];
        seccomp_notif_resp answer{.id = call.id, .val = 0, .error = 0, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
}

/// Runs `work` on a filtered thread. Empty: done; else why calls cannot be watched here.
std::string watch(std::function<void(std::atomic<bool>& counted)> const& work, Calls& calls)
{
    std::atomic<int> listener = not_yet;
    std::atomic<bool> counted = false;
    std::thread watched(
        [&]
        {
            int const shown = show_calls();
            listener = shown < 0 ? shown - 1 : shown;
            if (shown >= 0)
                work(counted);
        });
    while (listener == not_yet)
        std::this_thread::yield();
    if (listener >= 0)
        let_pass(listener, counted, calls);
    if (listener >= 0)
        ::close(listener);
    watched.join();
    return listener < not_yet ? std::string("this system shows no calls to another thread: ") + std::strerror(not_yet - listener) : "";
}

constexpr int epochs = 4;

/// What `epochs` epochs and as many evaluations ask of the operating system.
std::string epochs_of(cpu::Kernels const& kernels, int threads, std::size_t steps, Calls& calls)
{
    constexpr int batch = 32;
    Network const network = test::network(20, {140, 130, 5}, Loss::cross_entropy, Activation::gelu);
    test::Rows const rows(network, 2 * batch, 1);
    std::vector<std::uint32_t> order(batch * steps);
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::uint32_t>(i * 7 % (2 * batch));
    return watch(
        [&](std::atomic<bool>& counted)
        {
            CpuTrainer trainer({.network = network, .optimizer = {}, .batch = batch, .threads = threads}, kernels);
            trainer.load(rows.samples(), rows.samples());
            trainer.train(order);  // its helpers are where they belong afterwards
            counted = true;
            for (int epoch = 0; epoch < epochs; ++epoch)
            {
                trainer.train(order);
                trainer.evaluate();
            }
            counted = false;
        },
        calls);
}

class SystemCalls : public testing::Test
{
  protected:
    void SetUp() override
    {
        if (test::instrumented)
            GTEST_SKIP() << "a sanitizer makes calls of its own";
        Calls seen;
        std::string const why = watch(
            [](std::atomic<bool>& counted)
            {
                counted = true;
                ::syscall(SYS_getppid);
            },
            seen);
        if (!why.empty())
            GTEST_SKIP() << why;
        ASSERT_EQ(seen[SYS_getppid], 1) << "the filter shows nothing";
    }
};

TEST_F(SystemCalls, AreNotMadeByOneThreadThatTrains)
{
    for (cpu::Kernels const& kernels : cpu::instruction_sets())
    {
        Calls calls;
        ASSERT_EQ(epochs_of(kernels, 1, 10, calls), "");
        EXPECT_THAT(calls, testing::IsEmpty()) << kernels.name;
    }
}

// A round of a team is one futex call to wake a helper and one or two for it to sleep again, however many steps it has.
TEST_F(SystemCalls, OfATeamOnlyBeginAndEndAnEpoch)
{
    constexpr int helpers = 1;
    constexpr int rounds = 2 * epochs;
    for (std::size_t const steps : {2U, 200U})
    {
        Calls calls;
        ASSERT_EQ(epochs_of(cpu::instruction_sets().front(), 1 + helpers, steps, calls), "");
        EXPECT_LE(calls[SYS_futex], 4 * rounds * helpers) << steps << " steps";
        calls.erase(SYS_futex);
        EXPECT_THAT(calls, testing::IsEmpty()) << steps << " steps";
    }
}
}  // namespace
