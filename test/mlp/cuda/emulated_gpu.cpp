// Fibers, blocks and graphs of the emulated machine.
#include "emulated_gpu.hpp"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include <sys/mman.h>
#include <ucontext.h>

#include "base/contract.hpp"
#include "emulated_machine.hpp"
#include "mlp/instrumented.hpp"

namespace ghee::mlp::cuda::emulated {

Block now;
Watch watch;

namespace {
constexpr std::size_t stack_bytes = std::size_t(256) << 10;

[[noreturn]] void give_up(char const* what)
{
    std::fprintf(stderr, "emulated machine: %s (block %d, thread %d)\n", what, now.number, now.thread);
    std::abort();
}

/// A thread of a block on a stack of its own. Under a sanitizer the system switches, which it understands; else a jump is ten times quicker.
struct Fiber
{
    ucontext_t context;
    std::jmp_buf place;
    bool entered = false;
    bool over = false;
};

struct Fibers
{
    Fiber all[threads_a_block];
    ucontext_t home;
    std::jmp_buf home_place;
    char* stacks = nullptr;
    void (*entry)(void const*) = nullptr;
    void const* work = nullptr;
    int step = 1;  ///< to the thread whose turn is next
};
Fibers fibers;

// These are left and entered in the middle, which a sanitizer that counts calls and returns must not see.
#if defined(__SANITIZE_THREAD__)
#define GHEE_UNCOUNTED __attribute__((no_sanitize("thread"), noinline))
#else
#define GHEE_UNCOUNTED
#endif

GHEE_UNCOUNTED void go_home()
{
    if constexpr (test::instrumented)
        setcontext(&fibers.home);
    else
        _longjmp(fibers.home_place, 1);
}

GHEE_UNCOUNTED void body();

/// Leaves the present fiber, if `from` is one, for the fiber `to`.
GHEE_UNCOUNTED void go_to(int to, Fiber* from)
{
    Fiber& next = fibers.all[to];
    now.thread = to;
    if (!next.entered)
    {
        next.entered = true;
        getcontext(&next.context);
        next.context.uc_stack.ss_sp = fibers.stacks + static_cast<std::size_t>(to) * stack_bytes;
        next.context.uc_stack.ss_size = stack_bytes;
        next.context.uc_link = nullptr;
        makecontext(&next.context, body, 0);
        if constexpr (test::instrumented)
        {
            if (from != nullptr)
                swapcontext(&from->context, &next.context);
            else
                setcontext(&next.context);
            return;
        }
        if (from != nullptr && _setjmp(from->place) != 0)
            return;
        setcontext(&next.context);
    }
    if constexpr (test::instrumented)
    {
        if (from != nullptr)
            swapcontext(&from->context, &next.context);
        else
            setcontext(&next.context);
    }
    else
    {
        if (from != nullptr && _setjmp(from->place) != 0)
            return;
        _longjmp(next.place, 1);
    }
}

int first_of(int begin, int count) { return fibers.step > 0 ? begin : begin + count - 1; }
int last_of(int begin, int count) { return fibers.step > 0 ? begin + count - 1 : begin; }

/// Hands over to the next of the threads [begin, begin + count); the last one begins anew with the first. They have met when this returns.
void meet(int begin, int count)
{
    int const me = now.thread;
    bool const last = me == last_of(begin, count);
    // The last one sees whether all have come to the same place.
    if (last)
        for (int i = begin; i < begin + count; ++i)
        {
            bool const parted = i / 32 == me / 32 && now.threads[i].warps_met != now.threads[me].warps_met;
            if (fibers.all[i].over || parted || now.threads[i].barriers != now.threads[me].barriers)
                give_up("not all threads have come to a barrier, or lanes of a warp parted");
        }
    int const next = last ? first_of(begin, count) : me + fibers.step;
    if (next == me)
        return;
    go_to(next, &fibers.all[me]);
}

GHEE_UNCOUNTED void body()
{
    fibers.entry(fibers.work);
    int const me = now.thread;
    fibers.all[me].over = true;
    if (me == last_of(0, threads_a_block))
        go_home();
    go_to(me + fibers.step, nullptr);
}
}  // namespace

void meet_warp()
{
    ++now.threads[now.thread].warps_met;
    meet(now.thread / 32 * 32, 32);
}

void meet_block()
{
    ++now.threads[now.thread].barriers;
    meet(0, threads_a_block);
}

struct EmulatedGpu::Recording final : Graph
{
    struct Launch
    {
        Kernel kernel;
        int blocks;
        std::vector<std::max_align_t> work;
    };
    std::vector<Launch> launches;
};

EmulatedGpu::EmulatedGpu(GpuFacts facts, Sequence sequence) : facts_(std::move(facts)), sequence_(sequence) {}

EmulatedGpu::~EmulatedGpu()
{
    if (!memory_.empty())
    {
        std::fprintf(stderr, "emulated GPU: %zu pieces of memory were not given back\n", memory_.size());
        std::abort();
    }
}

std::size_t EmulatedGpu::bytes() const
{
    std::size_t sum = 0;
    for (auto const& [at, bytes] : memory_)
        sum += bytes;
    return sum;
}

void* EmulatedGpu::allocate(std::size_t bytes)
{
    GHEE_EXPECT(!recording_);
    void* const at = ::operator new(bytes, std::align_val_t(256));
    std::memset(at, 0, bytes);
    memory_[at] = bytes;
    return at;
}

void EmulatedGpu::release(void* at) noexcept
{
    if (memory_.erase(at) != 1)
        std::abort();
    ::operator delete(at, std::align_val_t(256));
}

void EmulatedGpu::copy_in(void* to, void const* from, std::size_t bytes)
{
    GHEE_EXPECT(!recording_);
    std::memcpy(to, from, bytes);
}

void EmulatedGpu::clear(void* to, std::size_t bytes)
{
    GHEE_EXPECT(!recording_);
    std::memset(to, 0, bytes);
}

void EmulatedGpu::copy_out(void* to, void const* from, std::size_t bytes)
{
    GHEE_EXPECT(!recording_);
    std::memcpy(to, from, bytes);
}

void EmulatedGpu::launch(Kernel const& kernel, int blocks, void const* work)
{
    GHEE_EXPECT(blocks > 0 && kernel.shared_bytes <= facts_.shared_bytes_a_block);
    if (!recording_)
        return run(kernel, blocks, work);
    GHEE_EXPECT(prepared_.contains(kernel.entry));
    Recording::Launch launch{kernel, blocks, std::vector<std::max_align_t>(kernel.work_bytes / sizeof(std::max_align_t) + 1)};
    std::memcpy(launch.work.data(), work, kernel.work_bytes);
    recording_->launches.push_back(std::move(launch));
}

void EmulatedGpu::begin_recording()
{
    GHEE_EXPECT(!recording_);
    recording_ = std::make_unique<Recording>();
}

std::unique_ptr<Graph> EmulatedGpu::end_recording() { return std::move(recording_); }

void EmulatedGpu::repeat(Graph const& graph)
{
    GHEE_EXPECT(!recording_);
    for (Recording::Launch const& launch : static_cast<Recording const&>(graph).launches)
        run(launch.kernel, launch.blocks, launch.work.data());
}

void EmulatedGpu::run(Kernel const& kernel, int blocks, void const* work)
{
    ++launches_[kernel.name];
    if (fibers.stacks == nullptr)
    {
        void* const memory = mmap(nullptr, threads_a_block * stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED)
            throw std::bad_alloc();
        fibers.stacks = static_cast<char*>(memory);
    }
    // Exactly as much as the kernel declares, so that a sanitizer sees what goes beyond.
    std::size_t const shared_bytes = kernel.shared_bytes;
    void* const shared = ::operator new(shared_bytes, std::align_val_t(128));
    fibers.entry = reinterpret_cast<void (*)(void const*)>(const_cast<void*>(kernel.entry));
    fibers.work = work;
    fibers.step = sequence_ == Sequence::ascending ? 1 : -1;
    now.shared = static_cast<float*>(shared);
    for (int b = 0; b < blocks; ++b)
    {
        now.number = sequence_ == Sequence::ascending ? b : blocks - 1 - b;
        std::memset(shared, 0xFF, shared_bytes);
        if (watch.begin_block != nullptr)
            watch.begin_block(kernel.name, now.shared, shared_bytes);
        for (int i = 0; i < threads_a_block; ++i)
        {
            fibers.all[i].entered = fibers.all[i].over = false;
            now.threads[i].warps_met = now.threads[i].barriers = 0;
            now.threads[i].copies.clear();
            now.threads[i].ends.clear();
        }
        if constexpr (test::instrumented)
        {
            bool volatile back = false;
            getcontext(&fibers.home);
            if (!back)
            {
                back = true;
                go_to(first_of(0, threads_a_block), nullptr);
            }
        }
        else if (_setjmp(fibers.home_place) == 0)
            go_to(first_of(0, threads_a_block), nullptr);
        for (int i = 0; i < threads_a_block; ++i)
            if (!fibers.all[i].over || !now.threads[i].copies.empty())
                give_up("a thread did not come to its end, or left copies behind");
    }
    ::operator delete(shared, std::align_val_t(128));
}

}  // namespace ghee::mlp::cuda::emulated
