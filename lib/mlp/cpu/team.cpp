#include "mlp/cpu/team.hpp"

#include <sched.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/error.hpp"

namespace ghee::mlp::cpu {

/// One counter a member, each on a cache line of its own: how many meetings it has come to.
struct Meeting
{
    struct alignas(64) Arrivals
    {
        std::atomic<std::uint32_t> count{0};
    };
    explicit Meeting(int size) : members(static_cast<std::size_t>(size)) {}
    std::vector<Arrivals> members;
};

namespace {
/// Longer than any share of a fair machine: then a processor is missing, and waiting for it actively would keep it away.
constexpr int patient_looks = 1 << 12;

inline void breathe()
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

template<class Condition>
void wait_for(Condition const& condition)
{
    for (int looks = 0; !condition(); ++looks)
        if (looks < patient_looks)
            breathe();
        else
            ::sched_yield();
}

/// Keeps this thread on the index-th CPU it may use. A wish: where it fails, the scheduler decides.
void take_place(int index)
{
    cpu_set_t allowed, mine;
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) <= index)
        return;
    CPU_ZERO(&mine);
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &allowed) && seen++ == index)
            CPU_SET(cpu, &mine);
    ::sched_setaffinity(0, sizeof mine, &mine);
}
}  // namespace

void meet(Crew const& crew)
{
    if (crew.size == 1)
        return;
    auto& members = crew.meeting->members;
    auto& own = members[static_cast<std::size_t>(crew.index)].count;
    std::uint32_t const now = own.load(std::memory_order_relaxed) + 1;
    own.store(now, std::memory_order_release);
    for (auto const& member : members)
        // Nobody can be more than one meeting ahead of us; the difference survives the counter's wrap.
        wait_for([&] { return static_cast<std::int32_t>(member.count.load(std::memory_order_acquire) - now) >= 0; });
}

Team::Team(int size) : meeting_(std::make_unique<Meeting>(size))
{
    try
    {
        for (int index = 1; index < size; ++index)
            helpers_.emplace_back([this, index] { help(index); });
    }
    catch (std::system_error const& fault)
    {
        dismiss();
        throw Error("cannot start " + std::to_string(size) + " threads", std::strerror(fault.code().value()), "ask for fewer");
    }
}

Team::~Team() { dismiss(); }

void Team::dismiss()
{
    over_ = true;
    ++round_;
    round_.notify_all();
    for (std::thread& helper : helpers_)
        helper.join();
}

void Team::run(Call call, void const* what)
{
    call_ = call;
    what_ = what;
    returned_.store(0, std::memory_order_relaxed);
    if (!helpers_.empty())
    {
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
    }
    call(what, {.index = 0, .size = size(), .meeting = meeting_.get()});
    wait_for([this] { return returned_.load(std::memory_order_acquire) == helpers_.size(); });
}

void Team::help(int index)
{
    take_place(index);
    int const size = static_cast<int>(meeting_->members.size());
    for (std::uint32_t seen = 0;; ++seen)
    {
        round_.wait(seen, std::memory_order_acquire);
        if (over_)
            return;
        call_(what_, {.index = index, .size = size, .meeting = meeting_.get()});
        returned_.fetch_add(1, std::memory_order_release);
    }
}

}  // namespace ghee::mlp::cpu
