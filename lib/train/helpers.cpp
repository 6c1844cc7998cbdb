// Handing out work, and sleeping until there is more.
#include "train/helpers.hpp"

#include <cstring>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "sys/affinity.hpp"

namespace ghee::train {

namespace {
/// Waits for what may be about to happen, and gives up before that costs more than to be woken. It keeps its processor meanwhile: on one that is
/// asked for by others it would get it back milliseconds later.
template<class Condition>
void look_out_for(Condition const& condition)
{
    for (int looks = 0; looks < 1 << 14 && !condition(); ++looks)
        continue;
}

/// Keeps this thread on one core. A wish: where it fails, the scheduler decides.
void take_place(std::vector<std::vector<int>> const& cores, std::size_t index)
{
    if (index >= cores.size())
        return;
    try
    {
        sys::pin_thread(cores[index]);
    }
    catch (Error const&)
    {
        return;
    }
}
}  // namespace

Helpers::Helpers(int threads) : faults_(static_cast<std::size_t>(threads))
{
    if (threads == 1)
        return;
    auto const cores = sys::group_by_core(sys::allowed_cpus());
    try
    {
        for (int thread = 1; thread < threads; ++thread)
            helpers_.emplace_back(
                [this, thread, cores]
                {
                    take_place(cores, static_cast<std::size_t>(thread));
                    help(thread);
                });
    }
    catch (std::system_error const& fault)
    {
        dismiss();
        throw Error("cannot start " + std::to_string(threads) + " threads", std::strerror(fault.code().value()), "ask for fewer");
    }
}

Helpers::~Helpers() { dismiss(); }

void Helpers::dismiss()
{
    {
        std::lock_guard const lock(mutex_);
        over_ = true;
    }
    work_is_there_.notify_all();
    for (std::thread& helper : helpers_)
        helper.join();
}

void Helpers::take_share(int thread)
{
    auto& fault = faults_[static_cast<std::size_t>(thread)];
    fault = nullptr;
    try
    {
        (*work_)(thread);
    }
    catch (...)
    {
        fault = std::current_exception();
    }
}

void Helpers::help(int thread)
{
    for (std::uint64_t seen = 0;;)
    {
        auto const called = [&] { return over_ || pieces_ != seen; };
        look_out_for(called);
        {
            std::unique_lock lock(mutex_);
            work_is_there_.wait(lock, called);
            if (over_)
                return;
            seen = pieces_;
        }
        take_share(thread);
        std::lock_guard const lock(mutex_);
        if (--busy_ == 0)
            work_is_done_.notify_one();
    }
}

void Helpers::run(std::function<void(int thread)> const& work)
{
    work_ = &work;
    if (!helpers_.empty())
    {
        {
            std::lock_guard const lock(mutex_);
            busy_ = static_cast<int>(helpers_.size());
            ++pieces_;
        }
        work_is_there_.notify_all();
    }
    take_share(0);
    auto const done = [this] { return busy_ == 0; };
    look_out_for(done);
    {
        std::unique_lock lock(mutex_);
        work_is_done_.wait(lock, done);
    }
    for (std::exception_ptr const& fault : faults_)
        if (fault)
            std::rethrow_exception(fault);
}

}  // namespace ghee::train
